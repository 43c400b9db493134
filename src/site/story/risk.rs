//! Where a risk stands in the scales of the criteria in force.

use super::super::html::Html;
use super::super::pages::Site;
use super::super::section::Section;
use crate::model::Ix;
use crate::model::risk::{Rating, Risk, RiskCriteria};

/// Whether a risk is above what is accepted without a decision; none when nobody can say.
pub(in super::super) fn is_above(site: &Site<'_>, ix: Ix) -> Option<bool> {
    let level = site.sms.view::<Risk<'_>>(ix).and_then(now)?.level()?;
    RiskCriteria::in_force(site.sms)?.is_above_appetite(level)
}

/// How a risk is rated today: as it is now, else as it was without measures.
pub(in super::super) fn now(risk: Risk<'_>) -> Option<Rating<'_>> {
    risk.residual().or(risk.inherent())
}

/// The place of a risk in the matrix, before and after what is done.
pub(super) fn place(site: &Site<'_>, ix: Ix) -> Option<Section> {
    let criteria = RiskCriteria::in_force(site.sms)?;
    let risk: Risk<'_> = site.sms.view(ix)?;
    let at = |rating: Option<Rating<'_>>| Some((rating?.likelihood()?, rating?.impact()?));
    let (before, today) = (at(risk.inherent()), at(risk.residual()));
    before.or(today)?;
    let cell = |likelihood: i64, impact: i64, out: &mut Html| {
        if today == Some((likelihood, impact)) {
            out.raw("<b>Now</b>");
        } else if before == Some((likelihood, impact)) {
            out.raw("<span class=\"was\">Before</span>");
        }
    };
    let body = super::super::board::heat::matrix(criteria, "Where this risk stands", &cell);
    let words = match is_above(site, ix) {
        Some(true) => "It is above what we accept without a decision; the heavy line is that limit.",
        Some(false) => "It is within what we accept; the heavy line is that limit.",
        None => "",
    };
    Section::new("place", "Likely and bad", Html::of(words), body)
}
