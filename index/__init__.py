"""Turns articles into something searchable: the write side of Verbatim."""
