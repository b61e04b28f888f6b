"""Telephone numbers in the one form that is the same everywhere (E.164), and the rule that says why.

A number is only changed where the evidence says what it means. `+62 811...` is international by itself. `0811...` needs a
country: that of the only SIM cards' country of the device, never a guess. Anything else stays as it is.
Calling codes: ITU-T E.164 list; trunk prefixes: national numbering plans; country codes of networks: ITU-T E.212 (mark B).
"""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"[\s().\-/\u00a0\u200e\u202a\u202c]")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}\Z")
_JID = re.compile(r"([1-9]\d{6,14})@(?:s\.whatsapp\.net|c\.us)\Z")
_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[A-Za-z]{2,}\Z")
_SHORTEST, _LONGEST = 7, 13  # digits of a national number that has its trunk prefix

# ISO 3166 code and calling code.
_CALLING_CODES = (
    "ID:62 MY:60 SG:65 TH:66 VN:84 PH:63 MM:95 KH:855 LA:856 BN:673 TL:670 AU:61 NZ:64 PG:675 FJ:679 JP:81 KR:82 CN:86"
    " HK:852 MO:853 TW:886 MN:976 IN:91 PK:92 BD:880 LK:94 NP:977 MV:960 AF:93 IR:98 IQ:964 SY:963 LB:961 JO:962 KW:965"
    " SA:966 YE:967 OM:968 AE:971 IL:972 PS:970 BH:973 QA:974 BT:975 TR:90 GE:995 AM:374 AZ:994 KZ:7 KG:996 UZ:998 TJ:992"
    " TM:993 RU:7 UA:380 BY:375 MD:373 PL:48 CZ:420 SK:421 HU:36 RO:40 BG:359 GR:30 CY:357 RS:381 HR:385 SI:386 BA:387"
    " MK:389 ME:382 AL:355 XK:383 DE:49 AT:43 CH:41 LI:423 NL:31 BE:32 LU:352 FR:33 MC:377 ES:34 PT:351 IT:39 SM:378 MT:356"
    " GB:44 IE:353 DK:45 NO:47 SE:46 FI:358 IS:354 EE:372 LV:371 LT:370 EG:20 MA:212 DZ:213 TN:216 LY:218 SN:221 ML:223"
    " GN:224 CI:225 BF:226 NE:227 TG:228 BJ:229 MU:230 LR:231 SL:232 GH:233 NG:234 TD:235 CM:237 GA:241 CG:242 CD:243 AO:244"
    " SD:249 RW:250 ET:251 SO:252 DJ:253 KE:254 TZ:255 UG:256 BI:257 MZ:258 ZM:260 MG:261 ZW:263 NA:264 MW:265 LS:266 BW:267"
    " SZ:268 ZA:27 BR:55 AR:54 CL:56 CO:57 VE:58 PE:51 EC:593 BO:591 PY:595 UY:598 MX:52 GT:502 SV:503 HN:504 NI:505 CR:506"
    " PA:507 CU:53 HT:509 US:1 CA:1"
)
_CALLING = dict(pair.split(":") for pair in _CALLING_CODES.split())
_TRUNK_ZERO_COUNTRIES = (
    "ID MY TH VN PH MM KH LA AU NZ JP KR CN TW IN PK BD LK NP AF IR IQ SY LB JO SA YE AE IL PS TR GE AM AZ KG TJ UA RO BG RS HR"
    " SI BA MK ME AL XK DE AT CH NL BE FR GB IE SE FI LT SK EG MA DZ LY GH NG CD SD RW ET KE TZ UG MZ ZM MG ZW NA ZA BR AR"
    " VE PE EC BO PY UY CU"
)
_TRUNK_ZERO = frozenset(_TRUNK_ZERO_COUNTRIES.split())
_TRUNK_EIGHT = frozenset({"RU", "KZ", "BY", "TM"})
_NORTH_AMERICA = frozenset({"US", "CA"})

# Mobile country code of a network and the country it stands for.
_NETWORK_CODES = (
    "510:ID 502:MY 525:SG 520:TH 452:VN 515:PH 414:MM 456:KH 457:LA 528:BN 514:TL 505:AU 530:NZ 537:PG 542:FJ 440:JP 441:JP"
    " 450:KR 460:CN 454:HK 455:MO 466:TW 428:MN 404:IN 405:IN 410:PK 470:BD 413:LK 429:NP 472:MV 412:AF 432:IR 418:IQ 417:SY"
    " 415:LB 416:JO 419:KW 420:SA 421:YE 422:OM 424:AE 425:IL 426:BH 427:QA 402:BT 286:TR 282:GE 283:AM 400:AZ 401:KZ 437:KG"
    " 434:UZ 436:TJ 438:TM 250:RU 255:UA 257:BY 259:MD 260:PL 230:CZ 231:SK 216:HU 226:RO 284:BG 202:GR 280:CY 220:RS 219:HR"
    " 293:SI 218:BA 294:MK 297:ME 276:AL 262:DE 232:AT 228:CH 295:LI 204:NL 206:BE 270:LU 208:FR 212:MC 214:ES 268:PT 222:IT"
    " 278:MT 234:GB 235:GB 272:IE 238:DK 242:NO 240:SE 244:FI 274:IS 248:EE 247:LV 246:LT 602:EG 604:MA 603:DZ 605:TN 606:LY"
    " 608:SN 620:GH 621:NG 639:KE 640:TZ 641:UG 636:ET 655:ZA 724:BR 722:AR 730:CL 732:CO 734:VE 716:PE 740:EC 736:BO 744:PY"
    " 748:UY 334:MX 310:US 311:US 312:US 313:US 316:US 302:CA"
)
_NETWORKS = dict(pair.split(":") for pair in _NETWORK_CODES.split())


def country_of_network(code: str | None) -> str | None:
    """The ISO 3166 code of a mobile country code (MCC), or None."""
    return _NETWORKS.get(code or "")


def address(text: str) -> str | None:
    """An e-mail address in the form in which two of them are compared, or None."""
    plain = text.strip().lower()
    return plain if _ADDRESS.match(plain) and not _JID.match(plain) and not plain.endswith(_MESSENGERS) else None


_MESSENGERS = (".whatsapp.net", "@lid", "@g.us", "@broadcast", "@newsletter", "@c.us", "@chatroom")


def international(text: str, country: str | None = None) -> tuple[str, str] | None:
    """The number as `+...` and the rule that made it so; None where the evidence does not say what number it is.

    `country`: ISO 3166 code of the country whose national form the number may have.
    """
    jid = _JID.match(text.strip().lower())
    if jid:
        return f"+{jid[1]}", "identity of WhatsApp"
    plain = _PUNCTUATION.sub("", text.removeprefix("tel:"))
    if _INTERNATIONAL.match(plain):
        return plain, "written in international form"
    code = (country or "").upper()
    national = _national(plain, code) if plain.isascii() and plain.isdigit() else None
    return (f"+{_CALLING[code]}{national}", f"written in the national form of {code}") if national else None


def _national(digits: str, country: str) -> str | None:
    """The digits after the trunk prefix; without that prefix a number may be a short or a foreign one."""
    if country in _NORTH_AMERICA:
        plain = digits.removeprefix("1") if len(digits) == 11 else digits
        return plain if len(plain) == 10 and plain[0] in "23456789" else None
    prefix = "0" if country in _TRUNK_ZERO else "8" if country in _TRUNK_EIGHT else None
    if prefix is None or not digits.startswith(prefix) or digits.startswith(prefix * 2):
        return None
    return digits[1:] if _SHORTEST < len(digits) <= _LONGEST else None
