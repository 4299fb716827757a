"""Computes from plain arrays: borders, coverage; knows neither the database nor the pages."""
