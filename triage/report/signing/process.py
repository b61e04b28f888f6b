"""Inside the signing process. Imported by the parent for `run` alone; pyHanko is loaded behind the refusal of sockets."""

from __future__ import annotations

import asyncio
import io
import tempfile
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.guard import refuse_network

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.stamp import StaticStampStyle

    from triage.report.signing import Request

FIELD = "Sigap"


def run(asking: Connection, answering: Connection) -> None:
    """Read a request; answer with `+` and the signed document, or `-` and the reason."""
    refuse_network()
    request: Request = asking.recv()
    _tell_time_in_utc()
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415  # behind the refusal

    try:
        with tempfile.TemporaryDirectory(prefix="sigap-stamp-") as folder:
            answer = b"+" + _signed(request, Path(folder))
    except (PdfError, ValueError, TypeError, LookupError, OSError) as error:
        answer = b"-" + f"{type(error).__name__}: {error}"[:400].encode()
    answering.send_bytes(answer)
    answering.close()


def _tell_time_in_utc() -> None:
    """pyHanko asks this library for the zone of the computer, which fails where the zone has no name of the zone database."""
    import tzlocal  # noqa: PLC0415  # comes with pyHanko

    tzlocal.get_localzone = _untyped(lambda: UTC)


def _signed(request: Request, folder: Path) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  # behind the refusal
    from pyhanko.sign import fields, signers  # noqa: PLC0415  # behind the refusal

    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=request.reason,
        name=request.key.name,
        certify=True,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,  # a reviewer may sign as well
    )
    signer = signers.PdfSigner(
        metadata,
        _signer(request),
        stamp_style=_stamp(request.stamp, folder),
        new_field_spec=fields.SigFieldSpec(FIELD, on_page=-1, box=request.box if request.stamp else None),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(request.document))
    loop = _Still()
    try:
        made: io.BytesIO = loop.run_until_complete(signer.async_sign_pdf(writer))
    finally:
        loop.close()
    return made.getvalue()


def _signer(request: Request) -> SimpleSigner:
    from asn1crypto import keys, x509  # noqa: PLC0415  # comes with pyHanko
    from pyhanko.sign import signers  # noqa: PLC0415  # behind the refusal
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415  # comes with pyHanko

    store: Any = _untyped(SimpleCertificateStore)()
    store.register_multiple([x509.Certificate.load(each) for each in request.key.chain])
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(request.key.certificate),
        signing_key=keys.PrivateKeyInfo.load(request.key.private),
        cert_registry=store,
    )


def _stamp(page: bytes | None, folder: Path) -> StaticStampStyle | None:
    """What the visible signature looks like: a page whose fonts are inside, so that the document stays archival.

    It is read when the document is signed; the folder has to be there until then.
    """
    from pyhanko import stamp  # noqa: PLC0415  # behind the refusal
    from pyhanko.pdf_utils.content import ImportedPdfPage  # noqa: PLC0415  # behind the refusal

    if page is None:
        return None
    file = folder / "stamp.pdf"
    file.write_bytes(page)
    return stamp.StaticStampStyle(
        border_width=0, background=_untyped(ImportedPdfPage)(str(file)), background_opacity=1.0
    )


def _untyped(maker: Any) -> Any:  # noqa: ANN401  # pyHanko gives these no types
    return maker


class _Nothing:
    """A selector that watches nothing."""

    def select(self, _timeout: float | None = None) -> list[Any]:
        return []

    def close(self) -> None:
        """There is nothing to close."""


class _Still(asyncio.BaseEventLoop):
    """An event loop without a socket: pyHanko speaks asynchronously and waits for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Nothing()

    def _process_events(self, _events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody waits to be woken."""
