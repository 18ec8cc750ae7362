"""For programs: REST for software of providers, calendars by secret address, everything of a provider as a file when it leaves."""
