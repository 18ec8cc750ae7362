"""Opens hostile files so that the program does not have to: a process of its own with hard limits.

Run as a script with Python's isolated mode; nothing of ours is imported. The file comes on stdin.
``check MEDIA_TYPE``: one JSON object {"ok", "reason", "pages"}. ``preview MEDIA_TYPE PAGE WIDTH``: a PNG.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

MEMORY = 1536 * 1024 * 1024
SECONDS = 15
MAX_PIXELS = 60_000_000
MAX_SIDE = 30_000
MAX_PAGES = 2_000
ARCHIVE_ENTRIES = 5_000
ARCHIVE_BYTES = 300 * 1024 * 1024
ARCHIVE_RATIO = 200


class Refused(Exception):
    """With the reason as a code."""


def limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check(media_type: str, data: bytes) -> dict[str, Any]:
    """Open the file completely enough to know that it is what it says."""
    if media_type == "application/pdf":
        return {"pages": check_pdf(data)}
    if media_type.startswith("image/"):
        return {"pages": check_image(data)}
    if media_type.startswith("application/vnd."):
        check_archive(data)
    return {"pages": 0}


def check_pdf(data: bytes) -> int:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            if not 0 < pages <= MAX_PAGES:
                raise Refused("broken")
            for page in pdf.pages:
                _ = page.mediabox
            refuse_active(pikepdf, pdf)
            return pages
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except pikepdf.PdfError:
        raise Refused("broken") from None


def refuse_active(pikepdf: Any, pdf: Any) -> None:
    """Scripts and actions that start by themselves have no place in an application."""
    root = pdf.Root
    if "/JavaScript" in root.get("/Names", {}) or "/AA" in root:
        raise Refused("active")
    action = root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) not in ("", "/GoTo"):
        raise Refused("active")
    if root.get("/AcroForm", {}).get("/XFA") is not None:
        raise Refused("active")


def check_image(data: bytes) -> int:
    image = opened_image(data)
    frames = getattr(image, "n_frames", 1)
    image.load()
    return int(frames)


def opened_image(data: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "TIFF", "GIF"))
    except Image.DecompressionBombError:
        raise Refused("too_many_pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refused("broken") from None
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise Refused("too_many_pixels")
    return image


def check_archive(data: bytes) -> None:
    """Office documents are zip archives: no bombs, no macros, nothing outside of the archive."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise Refused("broken") from None
    total = sum(entry.file_size for entry in entries)
    if len(entries) > ARCHIVE_ENTRIES or total > ARCHIVE_BYTES or total > ARCHIVE_RATIO * max(len(data), 1):
        raise Refused("bomb")
    names = [entry.filename for entry in entries]
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise Refused("broken")
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        raise Refused("active")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("password")


def preview(media_type: str, data: bytes, page: int, width: int) -> bytes:
    """One page as PNG."""
    image = pdf_page(data, page, width) if media_type == "application/pdf" else image_page(data, page, width)
    out = io.BytesIO()
    image.convert("RGB").save(out, "PNG")
    return out.getvalue()


def pdf_page(data: bytes, page: int, width: int) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    if not 0 <= page < len(document):
        raise Refused("no_page")
    opened = document[page]
    page_width, page_height = opened.get_size()
    if page_width <= 0 or page_height <= 0:
        raise Refused("broken")
    scale = min(width / page_width, 4 * width / page_height)
    return opened.render(scale=scale, may_draw_forms=False).to_pil()


def image_page(data: bytes, page: int, width: int) -> Any:
    from PIL import ImageOps

    image = opened_image(data)
    if not 0 <= page < getattr(image, "n_frames", 1):
        raise Refused("no_page")
    image.seek(page)
    if image.format == "JPEG":
        image.draft("RGB", (width * 2, width * 4))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((width, width * 4))
    return upright


def main(arguments: list[str]) -> int:
    limit_this_process()
    data = sys.stdin.buffer.read()
    try:
        if arguments[0] == "preview":
            sys.stdout.buffer.write(preview(arguments[1], data, int(arguments[2]), int(arguments[3])))
        else:
            sys.stdout.write(json.dumps({"ok": True, **check(arguments[1], data)}))
    except Refused as refusal:
        sys.stdout.write(json.dumps({"ok": False, "reason": str(refusal)}))
        return 1
    except MemoryError:
        sys.stdout.write(json.dumps({"ok": False, "reason": "bomb"}))
        return 1
    except Exception:
        # Whatever a decoder of a hostile file raises: the file is not readable.
        sys.stdout.write(json.dumps({"ok": False, "reason": "broken"}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
