"""Pictures that a scanner looks at first."""

from pathlib import Path

from tests.cast import Person
from tests.claims.drafting import at_pictures
from tests.claims.uploading import pictures_of, small, store_of, upload
from tests.clamd import BAD, clamd, scanning
from tests.site import Site


def test_clean_picture_is_taken_and_a_harmful_one_is_not(site: Site, asha: Person, tmp_path: Path) -> None:
    at_pictures(site, asha)

    with clamd(tmp_path) as address, scanning(site.app, address):
        upload(site, asha, small())
        refused = upload(site, asha, small(colour="red") + BAD, status=422)

    assert "takes this file for harmful" in refused.text
    assert len(pictures_of()) == 1
    assert len(list(store_of(site).keys("evidence/"))) == 2


def test_picture_that_cannot_be_checked_is_not_taken_and_can_be_sent_again(
    site: Site, asha: Person, tmp_path: Path
) -> None:
    at_pictures(site, asha)

    with scanning(site.app, f"unix:{tmp_path / 'nobody'}"):
        refused = upload(site, asha, small(), status=503)
    assert "Try again in a few minutes" in refused.text
    assert pictures_of() == []

    with clamd(tmp_path) as address, scanning(site.app, address):
        upload(site, asha, small())
    assert len(pictures_of()) == 1
