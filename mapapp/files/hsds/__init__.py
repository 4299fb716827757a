"""Human Services Data Specification 3.1: the registry as others publish and read theirs (docs/hsds.md)."""
