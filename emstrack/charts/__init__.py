"""One declaration per chart, data to a Vega-Lite dictionary; the page and the PDF draw the same."""
