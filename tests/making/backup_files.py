"""Files that phones and their backup apps export: made by code."""

import json
import zlib

from making.databases import BUDI, SITI, START

SMS_XML = f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="3">
  <sms address="{BUDI}" date="{START}" type="1" subject="null" body="Halo &amp; hai" contact_name="Budi Fiksi" />
  <sms address="{BUDI}" date="0" type="99" body="null" contact_name="(Unknown)" />
  <mms msg_box="2" date="{START}" address="{SITI}" sub="Undangan" m_id="M1" contact_name="null">
    <parts><part ct="application/smil" text="x"/><part ct="text/plain" text="Datang ya"/><part ct="image/jpeg" cl="a.jpg" data="AAAA"/></parts>
    <addrs><addr address="insert-address-token" type="137"/><addr address="{SITI}" type="151"/></addrs>
  </mms>
  <call number="{BUDI}" duration="62" date="{START}" type="1" contact_name="Budi Fiksi" />
  <call number="-1" duration="0" date="{START}" type="3" />
  <call number="{SITI}" duration="0" date="{START}" type="77" />
</smses>
""".encode()

SMS_BACKUP = zlib.compress(json.dumps([
    {"self_phone": "+62 000 0000 004", "address": BUDI, "body": "Halo", "date": str(START), "type": "1", "recipients": [BUDI]},
    {"address": SITI, "body": "Halo juga", "date": str(START), "type": "2"},
    {"date": "0"},
    "rusak",
]).encode())  # fmt: skip

MMS_BACKUP = zlib.compress(json.dumps([
    {"msg_box": "1", "date": str(START // 1000), "sub": "Undangan", "mms_body": "Datang ya", "recipients": [SITI],
     "mms_addresses": [{"type": 137, "address": SITI}, {"type": 151, "address": "insert-address-token"}]},
]).encode())  # fmt: skip

CARDS = f"""BEGIN:VCARD
VERSION:3.0
FN:Budi Fiksi
N:Fiksi;Budi;;;
TEL;TYPE=CELL:{BUDI}
TEL;TYPE=WORK:{SITI}
EMAIL:budi@example.com
ORG:Toko Fiksi;Kasir
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Contoh;Siti=20Ayu
END:VCARD
""".encode()
