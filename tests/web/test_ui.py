from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from portal.clock import now
from portal.points.rules import MonthSum, bars
from portal.tiers.rules import Ladder, Rung, level, storeys
from tests.proofreading import faults_of

LADDER = Ladder((Rung("a", "Silver", 0), Rung("b", "Gold", 1500), Rung("c", "Platinum", 3000)))


class OrderForm(FlaskForm):  # type: ignore[misc]
    number = StringField("Order number", [InputRequired("Enter the order number, 8 digits")], description="8 digits.")
    kind = RadioField("Kind", choices={"order": "An order", "quiz": "A quiz"})
    reason = SelectField("Reason", choices={"late": "Late", "low": "Too low"})
    note = TextAreaField("Note")
    password = PasswordField("Password")


def drawn(shell: Flask, source: str, **context: object) -> str:
    return shell.jinja_env.from_string(source).render(**context)


def order_form(shell: Flask, **typed: str) -> OrderForm:
    with shell.test_request_context():
        return OrderForm(MultiDict(typed) if typed else None, meta={"csrf": False})


def test_a_slip_in_a_template_is_an_error(shell):
    with pytest.raises(UndefinedError):
        drawn(shell, "{{ clup.name }}")


def test_a_macro_nobody_wrote_is_an_error(shell):
    with pytest.raises(UndefinedError):
        drawn(shell, "{{ ui.feild() }}")


def test_filters_speak_the_clubs_locale_currency_and_zone(shell):
    moment = datetime(2025, 7, 31, 23, 30, tzinfo=UTC)
    source = "{{ 1240|points }} {{ -90|signed }} {{ 7500|money }} {{ at|day }} {{ at|clock_time }}"
    assert drawn(shell, source, at=moment) == "1,240 <bdi>−90</bdi> £75.00 1 Aug 2025 00:30"


def test_days_near_now_are_told_by_the_clock(shell):
    source = "{{ (at|day_time)|sentence }}; {{ at|ago }}; {{ soon|until }}; {{ soon|left }}"
    told = drawn(shell, source, at=now() - timedelta(seconds=30), soon=now() + timedelta(days=2, minutes=1))
    assert told.endswith("; just now; in 2 days; 2 days")


def test_a_moment_without_a_zone_is_read_as_utc(shell):
    assert drawn(shell, "{{ at|clock_time }}", at=datetime(2026, 7, 1, 9, 0)) == "10:00"  # noqa: DTZ001 - the very case


def test_the_page_names_its_language_and_direction(shell):
    assert drawn(shell, "{{ language() }} {{ direction() }}") == "en-GB ltr"


def test_a_field_ties_its_hint_and_message_to_the_control(shell):
    form = order_form(shell, number="", kind="order")
    form.validate()

    html = drawn(shell, "{{ ui.field(form.number, inputmode='numeric') }}", form=form)

    assert faults_of(html, is_fragment=True) == []
    assert 'aria-invalid="true" aria-describedby="number-hint number-error" required' in html
    assert 'inputmode="numeric"' in html
    assert "Enter the order number, 8 digits" in html


def test_what_was_typed_is_escaped_and_kept(shell):
    form = order_form(shell, number='"><script>', note="</textarea>\n  two lines", kind="quiz", reason="low")

    html = drawn(
        shell,
        "{{ ui.field(form.number) }}{{ ui.textarea(form.note) }}{{ ui.radios(form.kind) }}{{ ui.select(form.reason) }}",
        form=form,
    )

    assert faults_of(html, is_fragment=True) == []
    assert 'value="&#34;&gt;&lt;script&gt;"' in html
    assert ">\n&lt;/textarea&gt;\n  two lines</textarea>" in html
    assert 'value="quiz" id="kind-2" checked' in html
    assert '<option value="low" selected>' in html


def test_a_password_is_never_sent_back(shell):
    form = order_form(shell, password="demo-only-password")
    assert "demo-only-password" not in drawn(shell, "{{ ui.password(form.password, reveal=True) }}", form=form)


def test_the_summary_links_to_each_field_and_takes_the_focus(shell):
    form = order_form(shell, number="")
    form.validate()

    html = drawn(shell, "{{ ui.form_errors(form) }}{{ ui.field(form.number) }}{{ ui.radios(form.kind) }}", form=form)

    assert '<a href="#number">Enter the order number, 8 digits</a>' in html
    assert 'tabindex="-1" autofocus' in html
    assert 'href="#kind"' in html
    assert 'id="kind"' in html


def test_a_form_without_errors_has_no_summary(shell):
    assert drawn(shell, "{{ ui.form_errors(form) }}", form=order_form(shell)).strip() == ""


def test_ladder_shows_what_is_settled_on_its_way_and_asked_for(shell):
    html = drawn(shell, "{{ ui.ladder(it) }}", it=storeys(LADDER, 1240, 200, 150))

    assert faults_of(html, is_fragment=True) == []
    assert 'class="scale-solid" y="17.33%" width="100%" height="82.67%"' in html
    assert 'class="scale-hatched" fill="url(#hatch)" y="4%" width="100%" height="13.33%"' in html
    assert 'class="scale-text scale-solid" x="50%" y="17.33%" dy="1em">1,240<' in html
    assert "260 to go" in html
    assert "Yours now" in html


def test_on_a_rung_its_own_number_is_the_level(shell):
    assert '<b class="amount--in">1,500</b>' in drawn(shell, "{{ ui.ladder(it) }}", it=storeys(LADDER, 1500))


def test_level_and_months_are_drawn_as_the_rules_measure_them(shell):
    line = level(LADDER, before=1240, added=150, pending=200)
    chart = bars(
        (MonthSum(date(2026, 10, 1), 430, 90), MonthSum(date(2026, 11, 1), 440, 0, 0, 200)), current=date(2026, 11, 22)
    )

    html = drawn(shell, "{{ ui.level(line) }}{{ ui.bars(chart) }}", line=line, chart=chart)

    assert faults_of(html, is_fragment=True) == []
    assert "Gold at 1,500" in html
    assert ": 430 earned, 90 taken back</span>" in html
    assert ": 440 earned, 200 on their way</span>" in html
    assert ">−90</text>" in html


def test_marks_say_what_they_mean_when_they_stand_alone(shell):
    with shell.app_context():
        html = drawn(
            shell, '{{ mark("open", label="Not yet met:") }}{{ mark("needs") }}{{ icon("help", label="Help") }}'
        )
    assert 'role="img" aria-label="Not yet met:"' in html
    assert 'class="mark mark--needs" aria-hidden="true"' in html
    assert '<span class="hidden">Help</span>' in html


@pytest.mark.parametrize(("rank", "reached"), [(1, 1), (3, 3), (4, 4)])
def test_tier_mark_has_a_rung_for_each_tier(shell, rank, reached):
    html = drawn(shell, '{{ tier_mark(rank, 4, "Captain & mate") }}', rank=rank)
    assert isinstance(shell.jinja_env.globals["tier_mark"](rank, 4, "x"), Markup)
    strong = html.split('stroke-width="2.5" d="')[1].split('"')[0]
    assert (strong.count("M2"), html.count("M2"), "Captain &amp; mate" in html) == (reached, 4, True)


def test_what_is_the_same_for_everybody_is_rendered_once(shell):
    shell.jinja_env.loader = DictLoader({"bar.html": "{{ here }}:{{ count() }}"})
    calls = iter(range(10))
    shell.jinja_env.globals["count"] = lambda: next(calls)
    source = (
        '{{ still("bar.html", here="home") }} {{ still("bar.html", here="you") }} {{ still("bar.html", here="home") }}'
    )
    assert drawn(shell, source) == "home:0 you:1 home:0"


def test_a_kept_drawing_is_drawn_once_for_each_key(shell):
    macro = "{% macro bar(n) %}<b>{{ n }}</b>{% endmacro %}"
    calls = "{{ kept(bar, 1, key=(1,)) }}{{ kept(bar, 2, key=(2,)) }}{{ kept(bar, 9, key=(1,)) }}"
    assert drawn(shell, macro + calls) == "<b>1</b><b>2</b><b>1</b>"


def test_words_keep_jinjas_rule_that_they_are_a_pattern(shell):
    assert drawn(shell, '{{ _("5%% off, %(name)s", name="<b>") }} {{ _("5%% off") }}') == "5% off, &lt;b&gt; 5% off"
    assert drawn(shell, '{% trans name="<b>" %}Hello {{ name }}{% endtrans %}') == "Hello &lt;b&gt;"


def test_text_letters_are_not_escaped(shell):
    shell.jinja_env.loader = DictLoader({"letter.txt": '{{ _("Dear %(name)s", name="O\'Hara & Co") }}'})
    assert shell.jinja_env.get_template("letter.txt").render() == "Dear O'Hara & Co"


def test_addresses_without_values_are_right_below_any_mount(shell):
    shell.add_url_rule("/points", "show_points", str)
    with shell.test_request_context():
        assert drawn(shell, "{{ url_for('show_points') }}{{ url_for('show_points') }}") == "/points/points"
    with shell.test_request_context(environ_overrides={"SCRIPT_NAME": "/club"}):
        assert drawn(shell, "{{ url_for('show_points') }}") == "/club/points"


def test_assets_are_asked_for_by_their_plain_names(shell):
    with shell.test_client().get(drawn(shell, "{{ asset_url('icons.svg') }}")) as answer:
        assert answer.mimetype == "image/svg+xml"
