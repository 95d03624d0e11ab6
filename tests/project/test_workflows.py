"""The public workflows are read and held to rules: whose actions, what rights, which versions, which commands."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
FILES: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION: Final = re.compile(r"(actions|docker)/[\w-]+@[0-9a-f]{40}")
ON: Final = True  # how YAML 1.1 reads the key `on`


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def jobs() -> Iterator[tuple[str, Any]]:
    for path in FILES:
        for name, job in read(path)["jobs"].items():
            yield f"{path.name}: {name}", job


def steps() -> Iterator[tuple[str, Any]]:
    for where, job in jobs():
        for step in job.get("steps", ()):
            yield where, step


def test_the_workflows_are_these():
    """Tests, audit and release; a new one is written down here."""
    assert [path.stem for path in FILES] == ["audit", "release", "tests"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_they_keep_to_the_schema(path: Path):
    """Each file is what GitHub takes for a workflow."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_actions_come_from_two_namespaces():
    """Every action is GitHub's or Docker's own, at one commit; every reused workflow is this repository's."""
    used = [step["uses"] for _, step in steps() if "uses" in step]
    assert used
    assert [one for one in used if not ACTION.fullmatch(one)] == []
    reused = [job["uses"] for _, job in jobs() if "uses" in job]
    assert [one for one in reused if not (ROOT / one).is_file()] == []


def test_every_commit_says_which_version_it_is():
    """Beside each commit stands its version, for people and for the updater; an action is at one commit everywhere."""
    lines = [line for path in FILES for line in path.read_text().splitlines() if "uses:" in line and "@" in line]
    pinned = [re.fullmatch(r" +- uses: ([\w/-]+)@(\w+) # (v\d+\.\d+\.\d+)", line) for line in lines]
    assert [line for line, known in zip(lines, pinned, strict=True) if not known] == []
    assert len({one.groups() for one in pinned if one}) == len({one[1] for one in pinned if one})


def test_an_updater_follows_what_is_pinned():
    """Dependabot is told of the actions and of the base image, and its file is what it takes."""
    path = ROOT / ".github" / "dependabot.yml"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.dependabot", str(path)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert [one["package-ecosystem"] for one in read(path)["updates"]] == ["github-actions", "docker", "docker-compose"]


def test_a_release_names_its_image():
    """The release's text begins with the name under which the image was published, as the job that published it says."""
    release = read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    assert release["image"]["outputs"] == {"names": "${{ steps.about.outputs.tags }}"}
    (step,) = [one for one in release["release"]["steps"] if "run" in one]
    assert step["env"]["NAMES"] == "${{ needs.image.outputs.names }}"
    script = step["run"].replace("gh ", "printf '%s|' ")
    said = subprocess.run(
        ["bash", "-euc", script], env={"TAG": "v1.2.0", "NAMES": "we/studyhall:1.2.0\nwe/studyhall:1.2"},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "|The image is docker.io/we/studyhall:1.2.0|" in said


def test_rights_are_given_by_job():
    """A workflow has no right; a job names its own, and only the one that publishes the release may write."""
    assert [path.name for path in FILES if read(path)["permissions"] != {}] == []
    writes = [where for where, job in jobs() if "write" in job["permissions"].values()]
    assert writes == ["release.yml: release"]


def test_strangers_cannot_run_them_with_secrets():
    """No workflow runs a stranger's change with this repository's rights, and no script is put together from input."""
    assert [path.name for path in FILES if "pull_request_target" in read(path)[ON]] == []
    assert [where for where, step in steps() if "${{" in step.get("run", "")] == []
    outs = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert outs
    assert [step for step in outs if step["with"]["persist-credentials"]] == []


def test_every_job_has_an_end():
    """A job that hangs is ended."""
    assert [where for where, job in jobs() if "uses" not in job and "timeout-minutes" not in job] == []


def test_the_tests_run_on_every_python_that_is_promised():
    """From the oldest that pyproject.toml names, without a gap, and on the image's."""
    versions = read(ROOT / ".github/workflows/tests.yml")["jobs"]["tests"]["strategy"]["matrix"]["python"]
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    minors = [int(version.removeprefix("3.")) for version in versions]
    assert f">={versions[0]}" == oldest
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert "FROM python:3.13-slim" in (ROOT / "Dockerfile").read_text()
    assert 13 in minors


def test_what_they_run_exists():
    """Every make target and script that a workflow runs is in the repository."""
    scripts = "\n".join(step["run"] for _, step in steps() if "run" in step)
    targets = set(re.findall(r"^make ([\w-]+)", scripts, re.MULTILINE))
    assert {"image-test", "audit"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", (ROOT / "Makefile").read_text(), re.MULTILINE)] == []
    assert [s for s in re.findall(r"^bash (\S+)", scripts, re.MULTILINE) if not (ROOT / s).is_file()] == []
