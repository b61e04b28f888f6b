"""Pure parsers and adapters: a stream goes in, values come out. They know no case and no entry."""
