"""What keeps strangers out: cookies, and the seals on what a page offers.

A seal is made with the visit's own cookie. So nobody but who was shown a button can press it, no other site can press it for
them, and a button of one visit fits no other: as on the chat platforms, what stands on a button cannot be made up.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

BYTES: Final = 32  # of chance in a cookie
NONCE: Final = 12  # in the name of one form
SECONDS: Final = 12 * 60 * 60  # that a browser keeps a cookie; the visit is over then too


@dataclass(frozen=True, slots=True)
class Cookie:
    """How a visit is kept in a browser: over TLS the name forbids every other way (`__Host-`)."""

    address: str

    @property
    def secure(self) -> bool:
        """Whether it travels over TLS alone; without TLS only this machine is served."""
        return self.address.startswith("https:")

    @property
    def name(self) -> str:
        """The cookie's name."""
        return "__Host-studyhall" if self.secure else "studyhall"


def new() -> str:
    """Return a new cookie's value."""
    return secrets.token_urlsafe(BYTES)


def nonce() -> str:
    """Return a new form's name: what is sent twice is done once."""
    return secrets.token_hex(NONCE)


def words(*parts: str) -> str:
    """Return what a seal is put to, of several parts: their ends are told, so that nothing can be moved from one to the next."""
    return "".join(f"{len(part)}:{part}" for part in parts)


def seal(cookie: str, words: str) -> str:
    """Return what only a visit's own page can carry beside words."""
    return hmac.new(cookie.encode(), words.encode(), sha256).hexdigest()


def fits(cookie: str, words: str, shown: str) -> bool:
    """Whether words were on a visit's own page, as their seal shows."""
    return hmac.compare_digest(seal(cookie, words).encode(), shown.encode())
