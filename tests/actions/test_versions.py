"""`versions/<environment>.yaml`: what `set-version` and `promote` write, and what they refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.actions.versions import Known, Place, VersionChange, VersionsResult, promote, set_version
from chartgen.errors import InputError

KNOWN = Known(
    services=("cart", "frontend", "web"), environments={"dev": (), "staging": (), "prod": ("eu-north", "us-east")}
)
PROD, EU = Place("prod"), Place("prod", "eu-north")
DIGEST = f"sha256:{'0123456789abcdef' * 4}"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "versions").mkdir()
    return tmp_path


def prod(project, text=None):
    path = project / "versions/prod.yaml"
    if text is not None:
        path.write_text(text)
    return path.read_text()


class TestSetVersion:
    def test_the_first_version_makes_the_file(self, tmp_path):
        result = set_version(tmp_path, KNOWN, "frontend", "1.10", PROD)
        assert result == VersionsResult((VersionChange(PROD, "frontend", None, "1.10"),))
        assert prod(tmp_path) == (
            "# What runs in prod: `chartgen set-version` and `chartgen promote` write it, and so may you.\n"
            "images:\n"
            '  frontend: "1.10"\n'
        )

    def test_comments_and_order_stay(self, project):
        prod(project, "# Ours\nchart: 1.4.0\nimages:\n  web: v1   # hold\n  cart: 'v1'\n\n# the end\n")
        result = set_version(project, KNOWN, "web", "v2", PROD)
        assert result.changes == (VersionChange(PROD, "web", "v1", "v2"),)
        assert prod(project) == "# Ours\nchart: 1.4.0\nimages:\n  web: \"v2\"   # hold\n  cart: 'v1'\n\n# the end\n"

    def test_a_region_can_run_another(self, project):
        prod(project, "images:\n  web: v1\n")
        set_version(project, KNOWN, "web", DIGEST, EU)
        assert yamlio.loads(prod(project)) == {
            "images": {"web": "v1"},
            "regions": {"eu-north": {"images": {"web": DIGEST}}},
        }

    def test_what_is_so_already_is_not_written(self, project):
        before = prod(project, "images: {web: 1.10}\n")
        assert set_version(project, KNOWN, "web", "1.10", PROD) == VersionsResult()
        assert prod(project) == before

    def test_a_region_that_keeps_to_its_own_is_named(self, project):
        prod(project, "regions: {eu-north: {images: {web: v1, cart: v1}}, us-east: {images: {web: v2}}}\n")
        result = set_version(project, KNOWN, "web", "v2", PROD)
        assert result.overruled == (VersionChange(EU, "web", "v1", "v2"),)

    @pytest.mark.parametrize("empty", ["", "# nothing\n", "images:\n", "images: {}\n", "images: ~\nregions:\n"])
    def test_a_file_without_versions_takes_one(self, project, empty):
        prod(project, empty)
        set_version(project, KNOWN, "web", "v1", PROD)
        assert yamlio.loads(prod(project))["images"] == {"web": "v1"}

    @given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", fullmatch=True))
    def test_a_tag_is_a_string_whatever_it_looks_like(self, tmp_path_factory, tag):
        project = tmp_path_factory.mktemp("project")
        set_version(project, KNOWN, "web", tag, PROD)
        assert yamlio.loads((project / "versions/prod.yaml").read_bytes()) == {"images": {"web": tag}}


class TestWhatIsRefused:
    """Nothing is written then."""

    @pytest.mark.parametrize(
        "version",
        [
            "",
            "-v1",
            ".1",
            "v 1",
            "v1\n",
            "a/b",
            "a:b",
            "é",
            "v" * 129,
            "sha256:12",
            f"{DIGEST}0",
            DIGEST.upper(),
            "v1@x",
        ],
    )
    def test_neither_tag_nor_digest(self, project, version):
        message = refused(project, set_version, "web", version, PROD)
        shown = version.replace("\n", "\\n")
        assert message.startswith(f"`{shown}` is neither a tag nor a digest\n  expected: a tag (letters")

    def test_unknown_names_all_at_once(self, project):
        assert refused(project, set_version, "fronted", "v 1", Place("prod", "eu")) == (
            "`eu` is no region of prod\n"
            "  expected: one of eu-north, us-east\n"
            "`fronted` is no service whose image a version chooses\n"
            "  expected: one of cart, frontend, web\n"
            "  hint: did you mean `frontend`?\n"
            "`v 1` is neither a tag nor a digest\n"
            "  expected: a tag (letters, digits, `_`, `.`, `-`; at most 128) or a digest (`sha256:` and 64 of 0-9a-f)"
        )

    def test_an_unknown_environment(self, project):
        message = refused(project, set_version, "web", "v1", Place("../prod"))
        assert message.startswith("`../prod` is no environment\n  expected: one of dev, prod, staging")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("- web\n", "versions/prod.yaml:1:1: is not a map"),
            ("images: [web]\n", "versions/prod.yaml:1:9: images: is not a map\n  expected: service: tag or digest"),
            ("images:\n  cart: {tag: v1}\n", "versions/prod.yaml:2:3: images.cart: is not a string"),
            ("images: {\n", "versions/prod.yaml:2:1: not YAML"),
            ("images: {a: 1}\nregions: {us-east: {images: 5}}\n", "versions/prod.yaml:2:29: regions.us-east.images"),
        ],
    )
    def test_a_file_that_is_not_what_it_should_be(self, project, text, message):
        prod(project, text)
        assert refused(project, set_version, "web", "v1", PROD).startswith(message)

    def test_a_file_where_a_directory_must_be(self, tmp_path):
        (tmp_path / "versions").write_text("mine")
        assert "a file where a directory must be" in refused(tmp_path, set_version, "web", "v1", PROD)


class TestPromote:
    STAGING = "images:\n  web: 1.10\n  cart: v3\n  gone: v1\n"

    @pytest.fixture(autouse=True)
    def staging(self, project):
        (project / "versions/staging.yaml").write_text(self.STAGING)

    def test_the_same_images_run_there_then(self, project):
        prod(project, "images:\n  web: v1  # hold\n  frontend: v5\n")
        result = promote(project, KNOWN, Place("staging"), PROD)
        assert result.changes == (VersionChange(PROD, "web", "v1", "1.10"), VersionChange(PROD, "cart", None, "v3"))
        assert prod(project) == 'images:\n  web: "1.10"  # hold\n  frontend: v5\n  cart: "v3"\n'
        assert (project / "versions/staging.yaml").read_text() == self.STAGING

    def test_or_those_of_some_services(self, project):
        result = promote(project, KNOWN, Place("staging"), PROD, ["cart"])
        assert [change.service for change in result.changes] == ["cart"]
        assert yamlio.loads(prod(project)) == {"images": {"cart": "v3"}}

    def test_from_region_to_region(self, project):
        prod(project, "images: {web: v1, cart: v1}\nregions: {eu-north: {images: {web: v2}}}\n")
        promote(project, KNOWN, EU, Place("prod", "us-east"))
        assert yamlio.loads(prod(project))["regions"]["us-east"] == {"images": {"web": "v2", "cart": "v1"}}

    def test_a_service_without_a_version_there(self, project):
        assert refused(project, promote, Place("staging"), PROD, ["frontend"]) == (
            "versions/staging.yaml: names no version of frontend\n"
            "  hint: `chartgen set-version frontend TAG -e staging` writes one"
        )

    def test_an_environment_without_versions(self, project):
        message = refused(project, promote, Place("dev"), PROD)
        assert message == "versions/dev.yaml: names no version\n  hint: `chartgen set-version` writes one"

    def test_a_version_that_is_none(self, project):
        (project / "versions/staging.yaml").write_text("images: {web: 'v 1'}\n")
        assert refused(project, promote, Place("staging"), PROD).startswith(
            "versions/staging.yaml: images.web: `v 1` is neither a tag nor a digest"
        )

    def test_to_itself(self, project):
        assert refused(project, promote, PROD, PROD) == "prod cannot be promoted to itself"

    def test_unknown_names(self, project):
        message = refused(project, promote, Place("stagin"), Place("prd"), ["wbe"])
        assert message.count("did you mean") == 3


def refused(project, action, *arguments):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(InputError) as caught:
        action(project, KNOWN, *arguments)
    after = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert {path: text for path, text in after.items() if ".chartgen" not in path.parts} == before
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "services", "becomes"),
    [
        (Place("staging"), (), 'images:\n  web: "2"\nchart: "1.5.0"\n'),
        (Place("staging"), ("web",), 'images:\n  web: "2"\n'),
    ],
)
def test_a_promotion_of_everything_takes_the_charts_version_along(tmp_path, source, services, becomes):
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "staging.yaml").write_text("images: {web: 2}\nchart: 1.5.0\n")
    promote(tmp_path, KNOWN, source, Place("prod"), services)
    written = (tmp_path / "versions" / "prod.yaml").read_text()
    assert written.split("\n", 1)[1] == becomes
