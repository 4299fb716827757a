"""Stores opened at a level of access, as an owner's program or a login with few rights opens them."""

import secrets
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

from mapapp.storage.store import open_store


@contextmanager
def opened(url, access):
    store = open_store(url, access=access)
    try:
        yield store
    finally:
        store.dispose()


@contextmanager
def public_login(url):
    """Give the address of a login of PostGIS that may do what anyone may."""
    name, password = f"login_{secrets.token_hex(6)}", secrets.token_hex(8)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE mapapp_public")
        try:
            address = make_url(url).set(username=name, password=password)
            yield address.render_as_string(hide_password=False)
        finally:
            server.execute(f"DROP ROLE {name}")
