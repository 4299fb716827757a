"""Files in and out: tables, boundaries, registry files; knows neither the database nor the pages."""
