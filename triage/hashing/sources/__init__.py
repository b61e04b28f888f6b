"""The formats that lists come in: each module reads one family and hands rows to the `Intake`.

`recognise` looks at the content and says which it is; names of files decide nothing.
"""
