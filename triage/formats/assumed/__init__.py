"""Tables that look like messages in databases whose schema nobody has published: recognised carefully, and never without saying so."""
