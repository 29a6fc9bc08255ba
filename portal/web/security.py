"""What every answer carries and every request must pass: headers, cookies, origin, forged forms."""

import logging
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings
from portal.web.htmx import wants_fragment

csrf = CSRFProtect()
log = logging.getLogger("portal")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
# For what is no page by itself: a download, or a part of a page. Opened alone it can run and fetch nothing.
DOWNLOAD_POLICY = "default-src 'none'; sandbox"
PERMISSIONS_POLICY = "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
COMMON_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_PADDING = 48
MOST_TOKENS = 10_000


class OneSerializer(SecureCookieSessionInterface):
    """Flask's signed cookie with its serializer built once instead of at every request."""

    def __init__(self) -> None:
        """Start without one; the first request builds it."""
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Give the serializer of this app's life."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def secure(app: Flask, settings: Settings) -> None:
    """Set cookies, proxies, the origin check, the CSRF check and the headers of `app`."""
    app.config.update(
        SECRET_KEY=settings.secret,
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_key_fallbacks] or None,
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=200,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=["text/html", "text/plain", "application/json"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=6,
        COMPRESS_MIN_SIZE=500,
        COMPRESS_STREAMS=False,
    )
    if settings.base_url:
        # A foreign Host header is answered with 400; without a base address the demo takes any.
        app.config["TRUSTED_HOSTS"] = [urlsplit(settings.base_url).hostname]
    app.session_interface = OneSerializer()
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    words = {"csrf_token": _remembering_tokens()}
    # Flask-WTF says it in every context, so it is said again after it.
    app.context_processor(lambda: words)


def _remembering_tokens() -> Callable[[], str]:
    """Give pages their token: signing it costs a twentieth of a page, so each session's is signed once and kept."""
    signed: dict[str, str] = {}

    def csrf_token() -> str:
        secret = session.get("csrf_token", "")
        if secret not in signed:
            token: str = generate_csrf()
            if len(signed) >= MOST_TOKENS:
                signed.clear()
            signed[session["csrf_token"]] = token
            return token
        return signed[secret]

    return csrf_token


def check_forgery(app: Flask, takes_signature: Callable[[Flask, str], bool]) -> None:
    """Refuse writes from other sites; registered after the guard, so that a lapsed form is kept first.

    What is signed with a key needs no token: no browser can be made to sign.
    """

    @app.before_request
    def refuse_foreign_writes() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None or takes_signature(app, request.endpoint):
            return
        if is_cross_site(request):
            log.warning("a write from another site was refused at %s", request.endpoint)
            abort(403)
        csrf.protect()


def is_cross_site(incoming: Request) -> bool:
    """Tell whether a write comes from another site, by Fetch metadata or else by Origin."""
    site = incoming.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = incoming.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != incoming.host


def add_headers(app: Flask, settings: Settings) -> None:
    """Put the security headers on every answer; a view may have set a stricter policy of its own.

    Functions after a request run last to first: pages are compressed when their headers stand.
    """
    Compress(app)

    wanted = COMMON_HEADERS | ({"Strict-Transport-Security": HSTS} if settings.is_https else {})
    of_parts = wanted | {"Content-Security-Policy": DOWNLOAD_POLICY}
    # A part of a page has no doors of its own: the page it goes into has said already what it may use.
    del of_parts["Permissions-Policy"]

    @app.after_request
    def finish(response: Response) -> Response:
        present = {name for name, _ in response.headers}
        headers = of_parts if wants_fragment() else wanted
        response.headers.extend({name: value for name, value in headers.items() if name not in present})
        if response.mimetype == "text/html":
            # The length of a compressed page would betray what it reflects beside its secrets.
            response.headers["X-Padding"] = "x" * secrets.randbelow(MOST_PADDING)
        return response

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(3).upper()
