"""Settings: frozen, read once from the environment (PORTAL_…), all faults named at once."""

import os
import sys
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).parent
SHORTEST_SECRET = 32
DEMO_SECRET = "demo-only-secret-never-for-production"  # noqa: S105 - production refuses it by name


class Mode(StrEnum):
    """Production refuses everything the demo makes easy."""

    PRODUCTION = "production"
    DEMO = "demo"


class SettingsError(Exception):
    """Start-up stops here; `faults` has one plain line for each thing that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        """Keep every fault, so that all can be mended in one go."""
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """How this portal runs; each key is explained in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True, extra="ignore")

    mode: Mode = Mode.PRODUCTION
    secret_key: SecretStr = SecretStr("")
    secret_key_fallbacks: tuple[SecretStr, ...] = ()
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    data_dir: Path = Path("var")
    database_url: str = ""
    programme_path: Path = PACKAGE / "programmes" / "club.toml"
    proxy_hops: int = Field(0, ge=0, le=5)

    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: str = Field("starttls", pattern="^(none|starttls|tls)$")
    smtp_timeout_seconds: float = Field(20.0, gt=0)
    mail_from: str = ""

    argon2_memory_kib: int = Field(19456, ge=8)
    argon2_time_cost: int = Field(2, ge=1)
    argon2_parallelism: int = Field(1, ge=1)
    argon2_at_once: int = Field(0, ge=0)

    member_password_min: int = Field(10, ge=8, le=64)
    staff_password_min: int = Field(15, ge=8, le=64)
    sign_in_failures: int = Field(10, ge=1)
    sign_in_window_seconds: int = Field(300, ge=1)
    address_failures: int = Field(30, ge=1)
    sign_in_failures_alarm_per_hour: int = Field(300, ge=1)
    code_failures: int = Field(5, ge=1)
    code_failures_per_hour: int = Field(20, ge=1)
    code_failures_per_day: int = Field(50, ge=1)
    code_letters_per_hour: int = Field(5, ge=1)
    code_letters_per_day: int = Field(15, ge=1)
    reset_letters_per_hour: int = Field(3, ge=1)
    reset_letters_per_day: int = Field(5, ge=1)
    reset_requests_per_address_hour: int = Field(20, ge=1)
    passkey_challenges_per_address_hour: int = Field(600, ge=1)
    help_requests_per_address_hour: int = Field(20, ge=1)
    help_requests_per_account_day: int = Field(5, ge=1)
    help_pictures_per_address_hour: int = Field(30, ge=1)
    email_changes_per_hour: int = Field(5, ge=1)
    proof_letters_per_six_hours: int = Field(3, ge=1)
    join_requests_per_address_hour: int = Field(10, ge=1)
    join_letters_per_six_hours: int = Field(3, ge=1)
    api_messages_per_minute: int = Field(300, ge=1)
    web_threads: int = Field(8, ge=1)
    scanner: str = Field("", pattern=r"^(|unix:/.+|.+:[0-9]{1,5})$")

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Let PORTAL_<KEY>_FILE name a file that holds the value, as containers hand out secrets."""
        for key in ("secret_key", "database_url", "smtp_password"):
            path = os.environ.get(f"PORTAL_{key.upper()}_FILE")
            if path and not values.get(key):
                values[key] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @field_validator("base_url")
    @classmethod
    def _bare_base_url(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def is_demo(self) -> bool:
        """Tell whether demo people, the mailbox page and the parts page exist."""
        return self.mode is Mode.DEMO

    @cached_property
    def secret(self) -> str:
        """Give the signing secret; the demo has a fixed one, so that restarts keep people signed in."""
        return self.secret_key.get_secret_value() or DEMO_SECRET

    @cached_property
    def site_url(self) -> str:
        """Give the address written into letters, without a slash at its end."""
        return self.base_url or f"http://{self.host}:{self.port}"

    @property
    def is_https(self) -> bool:
        """Tell whether cookies are Secure and carry the __Host- prefix."""
        return self.site_url.startswith("https://")

    @cached_property
    def database(self) -> str:
        """Give the database address; without one it is a SQLite file in the data folder."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{(self.data_dir / 'portal.sqlite3').resolve()}"

    @property
    def sender(self) -> str:
        """Give the From address of letters."""
        return self.mail_from or "no-reply@club.example"


def production_faults(settings: Settings) -> list[str]:
    """Say what keeps these settings from running in production; the demo may do anything."""
    faults: list[str] = []
    if settings.is_demo:
        return faults
    secret = settings.secret_key.get_secret_value()
    if not secret:
        faults.append("PORTAL_SECRET_KEY is missing: set a random text of 32 characters or more")
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < SHORTEST_SECRET // 3 or "demo" in secret.lower():
        faults.append("PORTAL_SECRET_KEY is weak or a default: set a random text of 32 characters or more")
    if not settings.base_url:
        faults.append("PORTAL_BASE_URL is missing: set the address members use, such as https://club.example")
    elif not settings.base_url.startswith("https://"):
        faults.append("PORTAL_BASE_URL must start with https://")
    if not settings.smtp_host:
        faults.append("PORTAL_SMTP_HOST is missing: set the mail server that sends the letters")
    if not settings.mail_from:
        faults.append("PORTAL_MAIL_FROM is missing: set the address letters come from")
    return faults


def read_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - any field of Settings
    """Read the environment; raise SettingsError with every fault in plain lines."""
    if "port" not in overrides and os.environ.get("PORT"):
        overrides["port"] = os.environ["PORT"]
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from None
    except OSError as error:
        raise SettingsError([f"{error.filename}: {error.strerror}"]) from None


def _lines(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for fault in error.errors():
        message = fault["msg"].removeprefix("Value error, ")
        if fault["loc"]:
            name = str(fault["loc"][0]).upper()
            message = f"{'PORT' if name == 'PORT' and 'PORT' in os.environ else 'PORTAL_' + name}: {message}"
        lines.extend(message.split("\n"))
    return lines


def stop_with(faults: list[str]) -> None:
    """Print each fault on a line of its own and end the process with status 2."""
    for fault in faults:
        print(f"portal: {fault}", file=sys.stderr)  # noqa: T201 - logging is not set up yet
    raise SystemExit(2)
