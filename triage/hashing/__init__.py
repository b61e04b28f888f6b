"""Lists of digests: import once, look up without loading.

`importer` turns a text list into sorted tables, `lists` opens them and answers for each item. Between the two:
`lines` (bounded text), `rows` (what a line says), `tables` (what lies on disk).
"""
