"""evalkit: evaluate pilot areas on youth recidivism, satisfaction and reach."""

__version__ = "0.1.0"
