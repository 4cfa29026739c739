"""The word a person reads for each code of programmes. English here is the message id."""

from __future__ import annotations

from emstrack.domain.programmes import ActivityKind, Basis, CostKind, Stage

PROGRAMME_LABELS: dict[str, str] = {
    ActivityKind.WORKSHOP: "Workshop",
    ActivityKind.TRAINING: "Training",
    ActivityKind.DEMONSTRATION: "Demonstration project",
    ActivityKind.CAMPAIGN: "Awareness campaign",
    ActivityKind.GUIDE: "Technical guide",
    ActivityKind.SUMMIT: "Summit",
    ActivityKind.POLICY: "Policy step",
    Stage.AUDIT: "Audit",
    Stage.PLAN: "Plan",
    Stage.IMPLEMENTATION: "Implementation",
    Stage.VERIFICATION: "Verification",
    CostKind.ENERGY: "Energy bought",
    CostKind.WATER: "Water bought",
    CostKind.MATERIALS: "Materials bought",
    CostKind.DISPOSAL: "Waste and wastewater got rid of",
    Basis.COMPUTED: "Computed",
    Basis.PUBLISHED: "As published",
}
