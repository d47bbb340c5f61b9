"""What of a chart a registry is told, beside its package."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chartgen.model import Package
from chartgen.publish.registry.chartartifact import CONFIG, LAYER, PROVENANCE, artifact


def told(**metadata):
    """The configuration and the annotations for a Chart.yaml with these fields."""
    made = artifact(
        Package("demo", "1.0.0", "demo-1.0.0.tgz", b"x", "", {"name": "demo", "version": "1.0.0", **metadata})
    )
    assert made.config.media_type == CONFIG
    config = json.loads(made.config.content)
    assert config.pop("name") == made.annotations["org.opencontainers.image.title"] == "demo"
    assert config.pop("version") == made.annotations["org.opencontainers.image.version"] == "1.0.0"
    return config, {key.rpartition(".")[2]: value for key, value in made.annotations.items()}


ANNOTATIONS = {
    "description": ({"description": "Größe & more"}, {"description": "Größe & more"}),
    "blank": ({"description": " "}, {}),
    "home": ({"home": "https://example.com"}, {"url": "https://example.com"}),
    "the first source": ({"sources": ["https://a", "https://b"]}, {"source": "https://a"}),
    "no source": ({"sources": []}, {}),
    "authors": (
        {"maintainers": [{"name": "Jane", "email": "j@example.com"}, {"name": "Joe", "url": "https://joe"}, "odd"]},
        {"authors": "Jane (j@example.com), Joe"},
    ),
    "annotations": ({"annotations": {"example.com/a": 1, "b": None}}, {"com/a": "1"}),
    "but not all": (
        {"annotations": {"org.opencontainers.image.title": "x", "org.opencontainers.image.version": "2"}},
        {},
    ),
    "one's own source": (
        {"sources": ["https://a"], "annotations": {"org.opencontainers.image.source": "https://c"}},
        {"source": "https://c"},
    ),
}


@pytest.mark.parametrize(("metadata", "expected"), ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_annotations(metadata, expected):
    _, annotations = told(**metadata)
    assert annotations == {"title": "demo", "version": "1.0.0", **expected}


CONFIGURATIONS = {
    "what Helm does not know": ({"custom": "field"}, {}),
    "what is empty": ({"keywords": [], "icon": "", "deprecated": False, "annotations": {}}, {}),
    "texts": ({"appVersion": 2, "kubeVersion": 1.5}, {"appVersion": "2", "kubeVersion": "1.5"}),
    "a whole number with a point": ({"appVersion": 1.0}, {"appVersion": "1"}),
    "texts in annotations": (
        {"annotations": {"a": True, "b": 3, "c": "x"}},
        {"annotations": {"a": "true", "b": "3", "c": "x"}},
    ),
    "flags": ({"deprecated": True}, {"deprecated": True}),
    "dependencies": (
        {
            "dependencies": [
                {"name": "redis", "version": 1, "enabled": True, "import-values": [{"child": "a", "parent": 1}]}
            ]
        },
        {
            "dependencies": [
                {"name": "redis", "version": "1", "enabled": True, "import-values": [{"child": "a", "parent": 1}]}
            ]
        },
    ),
}


@pytest.mark.parametrize(("metadata", "expected"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_the_configuration_is_what_helm_reads(metadata, expected):
    config, _ = told(**metadata)
    assert config == expected


def test_a_provenance_is_a_layer_of_its_own(packed):
    assert [(layer.media_type, layer.content) for layer in artifact(packed).layers] == [(LAYER, packed.content)]
    signed = artifact(replace(packed, provenance=b"signed"))
    assert [layer.media_type for layer in signed.layers] == [LAYER, PROVENANCE]
    assert signed.config == artifact(packed).config
