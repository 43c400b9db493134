use super::rule::{Check, Report, Rule};
use crate::model::At;
use crate::model::risk::RiskCriteria;

rule! {
    /// A risk matrix in which more likelihood or more impact gives a lower level.
    ///
    /// Then a worse risk needs less attention than a milder one, and no level can be relied on. Levels rise in the order
    /// of `levels`, lowest first. Each cell is compared with the one before it in its row and the one of the next lower
    /// likelihood.
    ///
    /// ```yaml,bad
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// levels: [{id: low}, {id: high}]
    /// matrix:
    ///   - {likelihood: 1, levels: [low, high]}
    ///   - {likelihood: 2, levels: [high, low]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// levels: [{id: low}, {id: high}]
    /// matrix:
    ///   - {likelihood: 1, levels: [low, high]}
    ///   - {likelihood: 2, levels: [high, high]}
    /// ```
    ///
    /// Raise the lower cell or lower the higher one, then look at the risks in it again.
    RiskMatrixNotMonotone = "risk-matrix-not-monotone", Error, clauses: ["6.1"], kinds: ["risk_criteria"];
}

fn message((likelihood, impact): (i64, usize), level: &str, above: &str) -> String {
    format!("likelihood {likelihood} with impact {impact} is '{level}', but a milder pair is '{above}'")
}

const HELP: &str = "a level must not fall when likelihood or impact rises; correct one of the two cells";

/// A cell with the place of its level among the levels.
#[derive(Clone, Copy)]
struct Cell<'a> {
    at: At<'a>,
    level: &'a str,
    rank: usize,
}

fn cell<'a>(criteria: RiskCriteria<'_>, at: At<'a>) -> Option<Cell<'a>> {
    let level = at.node.as_str()?;
    Some(Cell { at, level, rank: criteria.rank(level)? })
}

fn judge(criteria: RiskCriteria<'_>, out: &mut Report) {
    let mut rows: Vec<_> = criteria.matrix().into_iter().filter_map(|row| Some((row.likelihood()?, row))).collect();
    rows.sort_by_key(|(likelihood, _)| *likelihood);
    let mut lower: Vec<Option<Cell<'_>>> = Vec::new();
    for (likelihood, row) in rows {
        let cells: Vec<_> = row.levels().into_iter().map(|at| cell(criteria, at)).collect();
        for (column, this) in cells.iter().enumerate() {
            let before = column.checked_sub(1).and_then(|before| cells[before]);
            let milder = [before, lower.get(column).copied().flatten()].into_iter().flatten().max_by_key(|m| m.rank);
            if let (Some(this), Some(milder)) = (this, milder)
                && milder.rank > this.rank
            {
                let words = message((likelihood, column + 1), this.level, milder.level);
                out.at(criteria.0.record, this.at.span(), words)
                    .help(HELP)
                    .related(milder.at.span(), "the milder pair");
            }
        }
        lower = cells;
    }
}

impl Rule for RiskMatrixNotMonotone {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for criteria in cx.sms.all::<RiskCriteria<'_>>().filter(|criteria| !criteria.0.record.is_at_rest()) {
            judge(criteria, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_level_that_falls_along_a_row_or_a_column_is_marked() {
        check(
            &RiskMatrixNotMonotone,
            "
            # sms/risk_criteria/c.yaml
            kind: risk_criteria
            id: c
            levels: [{id: low}, {id: medium}, {id: high}]
            matrix:
              - {likelihood: 2, levels: [low, low, high]}
            #                                 ^^^ likelihood 2 with impact 2 is 'low', but a milder pair is 'medium'
              - {likelihood: 1, levels: [low, medium, low]}
            #                                         ^^^ likelihood 1 with impact 3 is 'low'
            ",
        );
    }

    #[test]
    fn equal_neighbours_are_fine() {
        check(
            &RiskMatrixNotMonotone,
            "
            # sms/risk_criteria/c.yaml
            kind: risk_criteria
            id: c
            levels: [{id: low}, {id: high}]
            matrix: [{likelihood: 1, levels: [low, low]}, {likelihood: 2, levels: [low, high]}]
            ",
        );
    }

    #[test]
    fn unknown_levels_ragged_rows_and_superseded_criteria_are_passed_over() {
        check(
            &RiskMatrixNotMonotone,
            "
            # sms/risk_criteria/c.yaml
            kind: risk_criteria
            id: c
            levels: [{id: low}, {id: high}, {}]
            matrix: [{likelihood: 1, levels: [low, odd, 3]}, {likelihood: 2, levels: [low]}, {levels: [high, low]}, 7]
            # sms/risk_criteria/d.yaml
            kind: risk_criteria
            id: d
            status: superseded
            levels: [{id: low}, {id: high}]
            matrix: [{likelihood: 1, levels: [high, low]}]
            ",
        );
    }
}
