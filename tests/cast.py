"""The people every test knows: members Asha and Bruno, agents Casey and Noor, lead Lena, admin Omar; Dana left."""

from dataclasses import dataclass
from uuid import UUID

PASSWORD = "demo-only-password"
APP_SECRET = "TESTSONLYTESTSONLYTESTSONLYTESTS"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the database; staff are no members."""

    user_id: UUID
    name: str
    email: str
    role: str
    member_id: UUID | None = None
    number: str = ""

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def member(self) -> UUID:
        assert self.member_id is not None, f"{self.name} is no member"
        return self.member_id
