"""The history: each line leads to the message it came from, and lines that take from each other lead both ways."""

from portal.db import db
from portal.points.rules import EntryKind
from tests.cast import Person
from tests.factories import an_entry, an_event, an_expectation
from tests.home.histories import at, earn
from tests.home.reading import titles, why
from tests.points.postings import post, posting
from tests.site import Site


def test_line_names_the_message_it_came_from_and_when_that_came_in(site: Site, asha: Person, bruno: Person):
    event = an_event(asha)
    an_entry(asha, 45, event=event)
    an_entry(bruno, 45)

    said = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert f"It came in today, 12:00 as message {event.external_id}. Is this number wrong?" in said
    assert "It came in" not in why(site.as_(bruno).open("home.show_points"), "Order of 20 Nov")


def test_line_says_by_when_its_points_were_promised(site: Site, asha: Person):
    event = an_event(asha)
    promise = an_expectation(asha, due=at(24, hour=0), event=event)
    promise.satisfied_by_id = an_entry(asha, 45, event=event).id
    db.session.commit()

    said = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert f"as message {event.external_id}. Its points were promised by Mon 23 Nov." in said


def test_what_is_on_its_way_names_the_message_it_came_from(site: Site, asha: Person):
    event = an_event(asha, activity="order")
    an_expectation(asha, activity="order", event=event)
    an_expectation(asha, activity="quiz")

    page = site.as_(asha).open("home.show_points")

    assert why(page, "Order of 21 Nov").endswith(f"It came in today, 12:00 as message {event.external_id}.")
    assert "It came in" not in why(page, "Quiz of 21 Nov")


def test_line_that_was_undone_and_the_line_that_undid_it_lead_to_each_other(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points")

    assert "140 of it taken back 14 Nov" in why(page, "19 Order of 18 Oct")
    assert "Taken from the line of 19 Oct" in why(page, "sent back")
    assert titles(page.click("Taken from the line of 19 Oct")) == ["19 Order of 18 Oct"]
    assert titles(page.click("140 of it taken back 14 Nov"))[0].startswith("14 Order of 18 Oct, sent back")


def test_parts_that_were_taken_are_each_named(site: Site, asha: Person):
    order = earn(asha, 90, at(3), text="Order of 2 Nov")
    for points in (30, 20):
        post(asha, posting(-points, kind=EntryKind.REVERSAL, takes_from_id=order.id, text=f"Returned {points}"))
    page = site.as_(asha).open("home.show_points")

    said = why(page, "Order of 2 Nov")

    assert said.index("30 of it taken back 22 Nov") < said.index("20 of it taken back 22 Nov")
    assert "Taken from the line of 3 Nov" in why(page, "Returned 30")


def test_what_belongs_to_lines_takes_no_statement_more(site: Site, asha_earned: Person, bruno: Person):
    earn(bruno, 5, at(3))
    an_entry(asha_earned, 45, event=an_event(asha_earned))

    counted = [len(site.as_(member).open("home.show_points").statements) for member in (asha_earned, bruno)]

    assert counted == [3, 3]
