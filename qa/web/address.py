"""The address the app listens on: this machine's own, and taken before anything slow is loaded."""

import ipaddress
import socket

from index.errors import ServeError

NAMES = ("127.0.0.1", "localhost", "::1")
"""What the user's browser may call this machine."""


def url(host: str, port: int) -> str:
    """The address as a browser takes it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Take the address.

    Args:
        host: A loopback address, or `localhost`.
        port: 1 to 65535; 0 for one that is free.

    Raises:
        ServeError: The address is not a loopback one, or is taken.
    """
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise ServeError(
            f"{host} is no loopback address: anyone on the network could read your articles. "
            "Use --host 127.0.0.1, and an SSH tunnel from other machines."
        )
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ServeError(
            f"Port {port} on {host} cannot be used ({error.strerror}): choose another, such as --port {port + 1}."
        ) from error
