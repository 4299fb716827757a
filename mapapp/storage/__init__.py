"""The database, SQLite or PostGIS: only the domain's values leave it, through `store.open_store`."""
