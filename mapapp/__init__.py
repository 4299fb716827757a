"""mapapp: who provides social services to which hromada, and where nobody does."""

__version__ = "0.1.0"
