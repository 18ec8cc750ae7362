"""The commands of the runtime itself; each module offers ``register(parser)``."""
