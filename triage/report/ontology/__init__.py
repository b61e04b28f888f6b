"""The case as CASE 1.5 / UCO 1.5 JSON-LD (https://caseontology.org), which other forensic programs read.

Written node by node. Every node has an identifier that ends in a UUID and follows from the case and the thing itself, so that two exports of
one case name the same things alike. Times without a zone stay without one. What the ontology has no class for is left to the other formats.
"""

from triage.report.ontology.graph import write_case

__all__ = ["write_case"]
