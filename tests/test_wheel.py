"""What a stranger installs: the built wheel, without the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tipscan import Scanner

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel; the dependencies come from this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    # -S leaves out this environment's own editable install; its packages follow the wheel on the path.
    path = [str(site), *(entry for entry in sys.path if entry.endswith("-packages"))]
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        input=text,
        cwd=site.parent,
        env={"PYTHONPATH": ":".join(path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_is_found_and_not_the_checkout(site: Path) -> None:
    """The package that answers is the unpacked wheel."""
    done = run(site, "-c", "import tipscan; print(tipscan.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(site)


def test_the_wheel_scans_offline(site: Path) -> None:
    """From the wheel alone: stdin in, one finding a line out, exit status 0, the score of the checkout."""
    text = "Typists wanted in Poipet, driver meets you, contract signed there, the office keeps your passport."
    row = json.dumps({"id": "x", "text": text})
    done = run(
        site, "-m", "tipscan", "scan", "-", "--input-format", "jsonl", "--output-format", "jsonl", text=row + "\n"
    )
    assert done.returncode == 0, done.stderr
    finding = json.loads(done.stdout)
    assert (finding["id"], finding["error"]) == ("x", None)
    assert finding["risk"] == round(Scanner().scan(text).risk or 0, 6)


def test_the_wheel_carries_what_it_needs(site: Path) -> None:
    """The model verifies, the packs pass lint, licences and the typing mark are there."""
    assert run(site, "-m", "tipscan", "model", "verify").returncode == 0
    assert run(site, "-m", "tipscan", "rules", "lint").returncode == 0
    assert (site / "tipscan" / "py.typed").is_file()
    assert any(site.glob("*.dist-info/licenses/**/LICENSE-multilingual-e5-small"))
    assert not any(site.glob("**/corpus"))
