"""You: where somebody is signed in, and ending it."""

from tests.cast import Person
from tests.proofreading import attribute
from tests.site import Site


def test_member_sees_their_own_details(site: Site, asha: Person, bruno: Person) -> None:
    page = site.as_(asha).open("accounts.show_you")

    assert asha.name in page.text
    assert asha.email in page.text
    assert bruno.email not in page.html
    assert "Nothing blocks you" in page.texts("h2")


def test_member_signs_another_device_out(site: Site, asha: Person) -> None:
    phone, laptop = site.as_(asha), site.as_(asha)
    page = phone.open("accounts.show_you")
    assert "2 devices" in page.text

    after = page.submit(form="form[action*='/you/places/']")

    assert "One device" in after.text
    assert laptop.open("accounts.show_you").path.startswith("/sign-in")


def test_agent_signs_another_device_out_beside_their_second_step(site: Site, casey: Person) -> None:
    here, other = site.as_(casey), site.as_(casey)

    one_left = here.open("accounts.show_safety").submit(form="form[action*='/you/places/']")

    assert (one_left.path, "Where you are signed in" in one_left.texts("h2")) == ("/you/safety", True)
    assert other.open("accounts.show_safety").path.startswith("/sign-in")


def test_member_signs_out_everywhere_else(site: Site, asha: Person) -> None:
    phone, *others = (site.as_(asha) for _ in range(4))

    phone.open("accounts.show_you").submit("Sign out everywhere else")

    assert phone.open("accounts.show_you").path == "/you"
    assert all(other.open("accounts.show_you").path.startswith("/sign-in") for other in others)


def test_nobody_ends_somebody_elses_session(site: Site, asha: Person, bruno: Person) -> None:
    phone, other = site.as_(asha), site.as_(asha)
    page = phone.open("accounts.show_you")
    action = attribute(page.find("form[action*='/you/places/']"), "action")
    stranger = site.as_(bruno)
    token = stranger.open("accounts.show_you").token

    stranger.send("POST", action, data={"csrf_token": token}, status=404)

    assert other.open("accounts.show_you").path == "/you"


def test_staff_without_membership_find_no_member_pages(site: Site, casey: Person) -> None:
    desk = site.as_(casey)

    for endpoint in ("accounts.show_you", "claims.show_claims", "home.show_points"):
        desk.open(endpoint, status=404)
