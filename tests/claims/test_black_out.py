"""Parts of a picture are burned in before it is sent, and nothing shows them any more."""

from io import BytesIO

import pytest
from PIL import Image

from portal.claims.models import Evidence
from portal.claims.rules.boxes import boxes_of, rows_of
from portal.claims.service import blackout
from portal.errors import NotFound
from portal.storage.images import check_and_reencode
from portal.storage.store import CouldNotKeep, Memory
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.claims.drafting import at_pictures, the_claim
from tests.claims.uploading import pictures_of, store_of, upload
from tests.page import Page
from tests.pictures import encoded
from tests.site import Site

PAPER, SECRET = (240, 240, 240), (250, 60, 20)


def receipt() -> bytes:
    """A receipt with a red line in its second eighth."""
    picture = Image.new("RGB", (400, 800), PAPER)
    picture.paste(SECRET, (200, 100, 400, 200))
    return encoded(picture)


def opened(site: Site, key: str) -> Image.Image:
    return Image.open(BytesIO(store_of(site).get(key))).convert("RGB")


def reds(picture: Image.Image) -> int:
    """Count the pixels that are anything like the secret."""
    red, green, _blue = picture.split()
    return sum(1 for one, two in zip(red.tobytes(), green.tobytes(), strict=True) if one > two + 60)


def at_boxes(site: Site, person: Person) -> tuple[Page, Evidence]:
    at_pictures(site, person)
    upload(site, person, receipt(), "receipt.png")
    (picture,) = pictures_of()
    page = site.as_(person).open("claims.show_boxes", reference=the_claim().reference, evidence_id=picture.id)
    return page, picture


def over_the_secret() -> list[str]:
    """Name the cells of the rows the red line lies in: the picture is twice as high as wide, so there are 16."""
    return [str(cell) for cell in range(2 * 8, 4 * 8)]


def test_ticked_boxes_are_burned_in_and_what_was_there_is_gone(site: Site, asha: Person) -> None:
    page, before = at_boxes(site, asha)
    old, digest, print_before = {before.storage_key, before.thumb_key}, before.sha256, before.dhash
    assert reds(opened(site, before.storage_key)) > 15_000
    assert page.has('a[href$="/evidence"]')

    back = page.submit("Black out", cell=over_the_secret())

    (picture,) = pictures_of()
    kept = set(store_of(site).keys("evidence/"))
    assert kept == {picture.storage_key, picture.thumb_key}
    assert not kept & old
    # The file as it came shows what is black now.
    assert (picture.original_key, list(store_of(site).keys("originals/"))) == ("", [])
    assert [reds(opened(site, key)) for key in sorted(kept)] == [0, 0]
    shown = opened(site, picture.storage_key).convert("L").point(lambda grey: grey // 8)
    assert [shown.crop((0, top, 400, top + 90)).getextrema() for top in (105, 405)] == [(0, 0), (30, 30)]
    assert (picture.sha256, picture.dhash == print_before) == (digest, False)
    assert back.path.endswith("/evidence")
    assert back.has(f'a[href$="/{picture.id}/boxes"]')


def test_nothing_ticked_is_said_and_nothing_changes(site: Site, asha: Person) -> None:
    page, before = at_boxes(site, asha)

    for cells in ([], ["x", "-1", "٣", "999", "9" * 5000]):
        wrong = page.submit("Black out", cell=cells, status=422) if not cells else post(page, cells, 422)
        assert "Tick the boxes that cover what nobody needs to see" in wrong.text
    assert pictures_of()[0].storage_key == before.storage_key


def post(page: Page, cells: list[str], status: int) -> Page:
    return page.site.send("POST", page.path, data={"csrf_token": page.token, "cell": cells}, status=status)


def test_sent_pictures_and_those_of_others_stay_as_they_are(site: Site, asha: Person, bruno: Person) -> None:
    page, picture = at_boxes(site, asha)
    other = site.as_(bruno)
    other.open(page.path, status=404)
    token = other.open("claims.show_claims").token
    other.send("POST", page.path, data={"csrf_token": token, "cell": ["1"]}, status=404)

    site.as_(asha).open("claims.show_evidence", reference=the_claim().reference).submit("Continue").submit(
        "Send the claim"
    )

    post(page, ["1"], 404)
    assert pictures_of()[0].storage_key == picture.storage_key


def test_two_windows_at_once_leave_one_picture_and_no_file_over(site: Site, asha: Person) -> None:
    _page, picture = at_boxes(site, asha)
    store, at = store_of(site), picture.uploaded_at
    claim_id, old = picture.claim_id, picture.storage_key
    first, second = (blackout.burn(store, old, [(0, 0, 500, 500)], at=at) for _ in range(2))

    with unit_of_work():
        outdated = blackout.replace(claim_id, picture.id, first, instead_of=old)
    with pytest.raises(NotFound), unit_of_work():
        blackout.replace(claim_id, picture.id, second, instead_of=old)

    assert old in outdated
    assert pictures_of()[0].storage_key == first.storage_key


def test_picture_sent_while_it_is_worked_on_stays_as_it_was_sent(site: Site, asha: Person) -> None:
    _page, picture = at_boxes(site, asha)
    claim_id, evidence_id, old = picture.claim_id, picture.id, picture.storage_key
    burned = blackout.burn(store_of(site), old, [(0, 0, 500, 500)], at=picture.uploaded_at)
    form = site.as_(asha).open("claims.show_evidence", reference=the_claim().reference)
    form.submit("Continue").submit("Send the claim")

    with pytest.raises(NotFound), unit_of_work():
        blackout.replace(claim_id, evidence_id, burned, instead_of=old)

    assert pictures_of()[0].storage_key == old


def test_full_store_keeps_the_picture_as_it_was(site: Site, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    page, picture = at_boxes(site, asha)
    shown = store_of(site).get(picture.storage_key)

    class Full(Memory):
        def get(self, _key: str) -> bytes:
            return shown

        def put(self, key: str, _content: object) -> None:
            raise CouldNotKeep(key)

    monkeypatch.setitem(site.app.extensions, "store", Full())

    assert "that is our fault" in post(page, ["1"], 422).text
    assert pictures_of()[0].storage_key == picture.storage_key


def test_cells_become_as_few_boxes_as_rows_allow() -> None:
    assert boxes_of([0, 1, 2, 5, 8, 15, 16, 999, -3, 5], rows=4) == (
        (0, 0, 375, 250),
        (625, 0, 125, 250),
        (0, 250, 125, 250),
        (875, 250, 125, 250),
        (0, 500, 125, 250),
    )
    assert [rows_of(*size) for size in ((1170, 2532), (2532, 1170), (400, 20_000))] == [17, 4, 24]


def test_boxes_are_burned_where_the_picture_is_seen() -> None:
    """Turned upright first, and rounded outwards: no rim stays."""
    picture = Image.new("RGB", (333, 111), PAPER)
    picture.paste(SECRET, (0, 0, 111, 111))

    burned = check_and_reencode(encoded(picture, "PNG"), boxes=[(0, 0, 334, 1000)])

    assert reds(Image.open(BytesIO(burned.jpeg)).convert("RGB")) == 0
