//! A decision as Markdown. Text of records is escaped, and can mention nobody.

use super::{Decision, Outcome, Reason};
use crate::base::text::clean;

/// The decision as Markdown.
#[must_use]
pub fn text(decision: &Decision) -> String {
    let mut out = heading(decision);
    if decision.outcome != Outcome::Pass {
        out += &format!("**Next:** {}\n\n", escape(&decision.next.text));
    }
    out + &rated(decision) + &seats(decision) + &reasons(decision) + &risk(decision) + &excluded(decision)
}

/// The outcome and the change, as a heading.
#[must_use]
pub fn heading(decision: &Decision) -> String {
    let change = decision.change.as_deref().map_or_else(String::new, |change| format!(" {}", code(change)));
    format!("### {} {}{change}\n\n", sign(decision.outcome), decision.outcome)
}

/// A sign that is seen at a glance.
#[must_use]
pub const fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "✅",
        Outcome::Pending => "⏳",
        Outcome::Blocked => "⛔",
        Outcome::Error => "⚠️",
    }
}

/// Category and risk in a sentence; nothing where none was worked out.
#[must_use]
pub fn rated(decision: &Decision) -> String {
    let Some(risk) = &decision.risk else { return String::new() };
    let category = decision.category.as_deref().unwrap_or_default();
    format!("Decided as **{}**, risk **{}** ({} points).\n\n", escape(category), escape(&risk.level), risk.score)
}

/// Who must agree, and who does.
#[must_use]
pub fn seats(decision: &Decision) -> String {
    if decision.requirements.is_empty() {
        return String::new();
    }
    let mut out = "| who must agree | agreed | open |\n|---|---|---|\n".to_owned();
    for it in &decision.requirements {
        let filled: Vec<String> = it.filled.iter().map(|person| escape(person)).collect();
        out += &format!("| {}: {} | {} | {} |\n", escape(&it.id), escape(&it.needs), filled.join(", "), it.missing);
    }
    out + "\n"
}

/// All reasons, folded.
#[must_use]
pub fn reasons(decision: &Decision) -> String {
    let mut out = "<details><summary>Reasons</summary>\n\n".to_owned();
    for (depth, reason) in decision.reasons.iter().flat_map(Reason::walk) {
        let indent = "  ".repeat(depth);
        out += &format!("{indent}- {} {} {}\n", word(reason), escape(&reason.message), code(reason.code.word()));
    }
    out + "\n</details>\n"
}

/// The terms of the risk, folded.
#[must_use]
pub fn risk(decision: &Decision) -> String {
    let Some(risk) = &decision.risk else { return String::new() };
    let mut out =
        "\n<details><summary>Risk, term by term</summary>\n\n| term | points | of | why |\n|---|---|---|---|\n"
            .to_owned();
    for term in &risk.terms {
        out += &format!("| {} | {} | {} | {} |\n", term.id, term.points, term.most, escape(&term.why));
    }
    out + "\n</details>\n"
}

/// Who does not count, and why, folded.
#[must_use]
pub fn excluded(decision: &Decision) -> String {
    if decision.excluded.is_empty() {
        return String::new();
    }
    let mut out = "\n<details><summary>Does not count</summary>\n\n".to_owned();
    for left in &decision.excluded {
        out += &format!("- {}: {}\n", escape(&left.person), escape(&left.reason));
    }
    out + "\n</details>\n"
}

fn word(reason: &Reason) -> &'static str {
    match reason.outcome {
        Outcome::Pass => "✓",
        Outcome::Pending => "…",
        Outcome::Blocked => "✗",
        Outcome::Error => "‼",
    }
}

/// Text of strangers in a table or list: no markup, no line break, no mention, no link.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let line: String = text.chars().map(|character| if character.is_whitespace() { ' ' } else { character }).collect();
    for character in clean(&line).chars() {
        match character {
            '@' => out.push_str("@\u{200b}"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    // An address would become a link, and one of an issue a note beside that issue.
    out.replace("://", "\\://").replace("www.", "www\\.")
}

/// A word in a fixed font, without what could end it.
#[must_use]
pub fn code(text: &str) -> String {
    let kept: String = text.chars().filter(|character| *character != '`' && !character.is_control()).collect();
    format!("`{}`", clean(&kept))
}

/// The same within a table, where a bar would begin the next cell even in code.
#[must_use]
pub fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Filled;
    use crate::gate::risk::{Rated, Term};
    use crate::gate::votes::Left;

    /// A decision with every part that is told, all of it by somebody who writes markup.
    fn decision() -> Decision {
        let mut decision = Decision::unreadable("it <broke>", "2026-11-20T12:00:00Z".parse().unwrap());
        decision.category = Some("nor|mal".to_owned());
        decision.risk = Some(Rated {
            level: "low".to_owned(),
            rank: 0,
            score: 12,
            computed: "low".to_owned(),
            declared: None,
            terms: vec![Term { id: "reach", points: 4, most: 30, why: "one *service*".to_owned() }],
        });
        decision.requirements = vec![Filled {
            id: "category normal".to_owned(),
            needs: "2 of the board".to_owned(),
            stage: 0,
            filled: vec!["bo".to_owned(), "cy_x".to_owned()],
            missing: 1,
            candidates: std::collections::BTreeSet::new(),
            outcome: Outcome::Pending,
        }];
        decision.excluded = vec![Left { person: "ann".to_owned(), reason: "wrote @it".to_owned() }];
        decision
    }

    #[test]
    fn parts_that_a_decision_does_not_have_are_left_out() {
        let bare = Decision::unreadable("x", "2026-11-20T12:00:00Z".parse().unwrap());
        assert_eq!(
            (rated(&bare), seats(&bare), risk(&bare), excluded(&bare)),
            <(String, String, String, String)>::default()
        );
    }

    #[test]
    fn every_part_is_told_with_its_figures_and_without_markup_of_strangers() {
        let it = decision();
        assert_eq!(rated(&it), "Decided as **nor\\|mal**, risk **low** (12 points).\n\n");
        assert!(seats(&it).contains("| category normal: 2 of the board | bo, cy\\_x | 1 |"), "{}", seats(&it));
        assert!(risk(&it).contains("| 4 | 30 | one \\*service\\* |"), "{}", risk(&it));
        assert!(excluded(&it).contains("- ann: wrote @\u{200b}it\n"), "{}", excluded(&it));
        let whole = reasons(&it);
        assert!(whole.contains("- ‼ ") && whole.contains("it &lt;broke&gt;"), "{whole}");
    }

    #[test]
    fn text_of_strangers_shows_as_text_and_mentions_nobody() {
        assert_eq!(
            escape("see https://x.example/issues/1 or www.x.example"),
            "see https\\://x.example/issues/1 or www\\.x.example"
        );
        assert_eq!(escape("@ann <b>*x*</b>|\n[a](b)"), "@\u{200b}ann &lt;b&gt;\\*x\\*&lt;/b&gt;\\| \\[a\\]\\(b\\)");
        assert_eq!(code("a`b\nc"), "`abc`");
        assert_eq!((code("a|b"), code_cell("a|b")), ("`a|b`".to_owned(), "`a\\|b`".to_owned()));
    }

    #[test]
    fn the_outcome_comes_first_then_what_is_next_then_every_part() {
        let mut it = decision();
        it.change = Some("chg-a".to_owned());
        let whole = text(&it);
        assert!(whole.starts_with("### ⚠️ ERROR `chg-a`\n\n**Next:** have the facts written anew"), "{whole}");
        let parts = [rated(&it), seats(&it), reasons(&it), risk(&it), excluded(&it)];
        assert!(parts.iter().all(|part| !part.is_empty()));
        assert!(whole.ends_with(&parts.concat()), "{whole}");
        it.outcome = Outcome::Pass;
        assert!(!text(&it).contains("**Next:**"));
    }

    #[test]
    fn each_outcome_has_a_sign_of_its_own() {
        let signs = [Outcome::Pass, Outcome::Pending, Outcome::Blocked, Outcome::Error].map(sign);
        assert_eq!(signs, ["✅", "⏳", "⛔", "⚠️"]);
    }
}
