import pytest

from tests.e2e.pages import a_visitor


def run_in_a_window(browser, portal, script):
    with a_visitor(browser, portal) as asha:
        asha.open("/sign-in")
        asha.page.evaluate(script)


def test_window_that_complains_fails_the_test(browser, shared_portal):
    with pytest.raises(AssertionError, match="console error: no such thing"):
        run_in_a_window(browser, shared_portal, "console.error('no such thing')")


def test_inline_code_is_refused_and_noticed(browser, shared_portal):
    with pytest.raises(AssertionError, match="Content Security Policy"):
        run_in_a_window(
            browser, shared_portal, "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')"
        )


def test_button_without_a_name_is_found_by_axe(visit, shared_portal):
    asha = visit(shared_portal)
    asha.open("/sign-in")
    asha.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<button type=button></button>')"
    )

    with pytest.raises(AssertionError, match="button-name"):
        asha.assert_accessible()


def test_letter_reaches_the_mail_server(visit, shared_portal):
    asha = visit(shared_portal, javascript=False)
    asha.open("/forgot-password")
    asha.field("Email").fill("grace@club.example")
    asha.press("Send the link")

    assert shared_portal.url in shared_portal.letter("grace@club.example", saying="/reset/").links[0]
