"""Sentences of mass and energy balances."""

SENTENCES: dict[str, str] = {
    "balance.title_missing": "Give the balance a name, for example “Beamhouse, one batch”.",
    "balance.operation_name_missing": "Give the operation a name, for example “Soaking”.",
    "balance.stream_name_missing": "Give the stream a name, for example “Soaking water”.",
    "balance.backward": "The last day comes before the first ({start}). Swap the two days.",
    "balance.other_audit": "That audit is of another site, or is not there any more. Choose one of this site, or none.",
    "balance.tolerance": "A tolerance of {percent} % shows nothing: what is measured never agrees exactly, and beyond "
    "{largest} % anything would close. Write more than 0 and at most {largest} %; 5 % is usual.",
    "balance.stream_negative": "{quantity} is negative. A stream has its direction already: write how much flows, and "
    "choose whether it goes in or out.",
    "balance.unit_unknown": "“{unit}” is not a unit of a stream. Choose one of: {units}.",
    "balance.cost_negative": "{cost} is negative. Write what was paid; only what is sold has a negative disposal cost.",
    "balance.source_missing": "Choose the operation it comes out of.",
    "balance.target_missing": "Choose the operation it goes into.",
    "balance.same_operation": "It comes out of the operation it goes into. Choose another one, or leave it out: what "
    "stays inside an operation is no stream.",
    "balance.weight": "One {unit} cannot weigh {weight} kg. Write a weight above zero, or leave it empty.",
    "balance.concentration": "{parameter} cannot be {value} mg/L. Write zero or more, or leave it empty where it was "
    "not measured.",
    "balance.too_many_operations": "A balance has at most {most} operations. Draw the rest as a balance of its own.",
    "balance.too_many_streams": "A balance has at most {most} streams. Add small ones together.",
    "balance.operation_in_use": "Streams still touch “{operation}”: {streams}. Move them or take them out first.",
    "balance.no_product": "No stream is a product, so there are no indicators. Add the product, or mark the stream "
    "that indicators are per unit of, such as the animals or hides that came in.",
    "balance.products_differ": "Products are in {units}, which do not add up, so there are no indicators. Mark the one "
    "stream that they are per unit of.",
    "balance.no_weight": "“{stream}” is in {unit}: say what one {unit} weighs. Until then the balance stays open.",
    "balance.no_volume": "“{stream}” has concentrations but no volume, so its load is not known. Write it in m³.",
    "balance.no_price": "{count} inputs have no price, so what is lost cost more than is shown: {names}.",
    "balance.no_disposal_cost": "{count} losses have no cost of treatment or disposal, so they cost at least what is "
    "shown: {names}.",
    "balance.no_processing_cost": "{count} operations have no processing cost, so losses after them cost at least what "
    "is shown: {names}.",
    "balance.not_found_again": "“{operation}” takes in {kg} kg more than was found coming out: {percent} %, where "
    "{tolerance} % were to be tolerated. Look for what was not measured: evaporation, spills, a drain.",
    "balance.more_out_than_in": "“{operation}” lets out {kg} kg more than was found going in: {percent} %, where "
    "{tolerance} % were to be tolerated. Look for water or material that was not measured, and for moisture.",
    "balance.nothing_in": "Nothing goes into “{operation}” yet. Add what it takes in.",
    "balance.nothing_out": "Nothing comes out of “{operation}” yet. Add its product and its losses.",
    "balance.prices_exceed": "The prices typed on streams say that more was lost than was bought, so what is left has "
    "a negative value: {names}. Check the prices and quantities.",
}
