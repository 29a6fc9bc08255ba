"""The history: what was taken back or given back says why."""

from datetime import timedelta

from portal.clock import now
from tests.activities.messages import record
from tests.activities.takings import bought, cancelled, post, sent_back, spent
from tests.cast import Person
from tests.home.reading import summaries
from tests.site import Site


def test_part_that_was_sent_back_says_how_its_number_came_about(site: Site, asha: Person):
    order = bought(asha)
    post(order, sent_back(order, 1500), sent_back(order, 1000, occurred_at=order.occurred_at + timedelta(hours=2)))

    page = site.as_(asha).open("home.show_points")

    assert len([line for line in summaries(page) if "Taken back" in line]) == 2
    assert "£15.00 of £45.00 sent back, of 45 points." in page.text
    assert "£25.00 of £45.00 sent back, of 45 points −25 Taken back before +15 Points −10" in page.text


def test_whole_order_that_was_sent_back_says_so(site: Site, asha: Person):
    order = bought(asha)
    post(order, sent_back(order))

    assert "All of it was sent back." in site.as_(asha).open("home.show_points").text


def test_points_on_their_way_say_what_a_return_left_of_them(site: Site, asha: Person):
    order = bought(asha, occurred_at=now() - timedelta(hours=5))
    record(order)
    record(sent_back(order, 1500))

    assert "£15.00 of £45.00 sent back −15 Points 30" in site.as_(asha).open("home.show_points").text


def test_cancelled_reward_says_so(site: Site, asha: Person):
    post(bought(asha))
    told = spent(asha, 40)
    post(told, cancelled(told))

    page = site.as_(asha).open("home.show_points")

    assert "This was cancelled, so what it had done is undone here." in page.text
