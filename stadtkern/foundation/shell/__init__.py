"""The frame of all pages: KERN components as template tags, layout, language, theme."""
