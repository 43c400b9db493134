//! The risk matrix as a real table: the criteria give its rows, columns and levels.

use super::super::html::Html;
use super::super::text;
use crate::model::risk::RiskCriteria;
use crate::yaml::Node;

/// The matrix of `criteria`, most likely first, with what `cell` writes for each likelihood and impact. Levels are told by
/// how dark a cell is and in words; the limit of what is accepted is a heavy line.
pub(in super::super) fn matrix(criteria: RiskCriteria<'_>, caption: &str, cell: &dyn Fn(i64, i64, &mut Html)) -> Html {
    let record = criteria.0.record;
    let mut rows = criteria.matrix();
    rows.sort_by_key(|row| std::cmp::Reverse(row.likelihood()));
    let columns = rows.iter().map(|row| row.levels().len()).max().unwrap_or(0);
    let mut out = Html::new();
    if columns == 0 {
        return out;
    }
    out.raw("<div class=\"scroll panel\" role=\"region\" tabindex=\"0\" aria-label=\"").text(caption);
    out.raw(", may scroll sideways\"><table class=\"heat\"><caption class=\"vh\">").text(caption);
    out.raw("</caption><thead><tr><th scope=\"col\" class=\"corner\">How likely</th>");
    for impact in 1..=columns {
        out.raw("<th scope=\"col\">").text(&label(record.get("impact_scale"), impact)).raw("</th>");
    }
    out.raw("</tr></thead><tbody>");
    let levels = criteria.levels().len();
    for row in rows {
        let Some(likelihood) = row.likelihood() else { continue };
        let name = usize::try_from(likelihood).map(|at| label(record.get("likelihood_scale"), at)).unwrap_or_default();
        out.raw("<tr><th scope=\"row\">").text(&name).raw("</th>");
        for (at, level) in row.levels().iter().enumerate() {
            let impact = i64::try_from(at).unwrap_or(0) + 1;
            let level = level.node.as_str().unwrap_or_default();
            let mut inside = Html::new();
            cell(likelihood, impact, &mut inside);
            out.raw("<td class=\"").raw(shade(criteria.rank(level), levels));
            out.raw(if criteria.is_above_appetite(level) == Some(true) { " over" } else { "" });
            out.raw(if inside.is_empty() { " empty" } else { "" });
            out.raw("\">").add(&inside).raw("<span class=\"vh\">");
            out.raw(if inside.is_empty() { "none" } else { "" }).raw(" ");
            out.text(&text::word(level)).raw("</span></td>");
        }
        out.raw("</tr>");
    }
    out.raw("</tbody><tfoot><tr><td></td><td class=\"axis\" colspan=\"").number(columns);
    out.raw("\">How bad it would be</td></tr></tfoot></table>");
    legend(criteria, levels, &mut out);
    out.raw("</div>");
    out
}

/// The levels with their meaning.
fn legend(criteria: RiskCriteria<'_>, levels: usize, out: &mut Html) {
    out.raw("<ul class=\"legend\">");
    for (at, level) in criteria.levels().iter().enumerate() {
        let text_of = |key: &str| level.0.node.get(key).and_then(Node::as_str).unwrap_or_default();
        out.raw("<li><span class=\"sw ").raw(shade(Some(at), levels));
        let over = level.id().and_then(|id| criteria.is_above_appetite(id)) == Some(true);
        out.raw(if over { " over" } else { "" }).raw("\"></span><b>").text(&text::clip(text_of("label"), 40));
        out.raw("</b> ").text(&text::clip(text_of("meaning"), 160)).raw("</li>");
    }
    out.raw("</ul>");
}

/// The class of a level: five steps of one hue, from the lowest to the highest.
fn shade(rank: Option<usize>, levels: usize) -> &'static str {
    const SHADES: [&str; 5] = ["l1", "l2", "l3", "l4", "l5"];
    rank.map_or("l0", |rank| SHADES[(rank * 4 / levels.saturating_sub(1).max(1)).min(4)])
}

/// The name of a step of a scale.
fn label(scale: Option<&Node<'_>>, step: usize) -> String {
    let steps = scale.map(Node::items).unwrap_or_default();
    let of = |item: &&Node<'_>| item.get("value").and_then(Node::scalar).is_some_and(|value| value == step.to_string());
    let name = steps.iter().find(of).and_then(|item| item.get("label")).and_then(Node::as_str);
    name.map_or_else(|| step.to_string(), |name| text::clip(name, 40).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_spread_over_the_shades_from_light_to_dark() {
        assert_eq!([0, 1, 2, 3].map(|rank| shade(Some(rank), 4)), ["l1", "l2", "l3", "l5"]);
        assert_eq!([0, 1, 2].map(|rank| shade(Some(rank), 3)), ["l1", "l3", "l5"]);
        assert_eq!((shade(Some(0), 1), shade(Some(9), 4), shade(None, 4)), ("l1", "l5", "l0"));
    }
}
