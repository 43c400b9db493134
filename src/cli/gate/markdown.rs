//! A decision for a comment on a pull request. Text of records is escaped, and can mention nobody.

use crate::base::text::clean;
use crate::gate::{Decision, Outcome, Reason};

/// The decision as Markdown.
pub(super) fn text(decision: &Decision) -> String {
    let sign = match decision.outcome {
        Outcome::Pass => "✅",
        Outcome::Pending => "⏳",
        Outcome::Blocked => "⛔",
        Outcome::Error => "⚠️",
    };
    let change = decision.change.as_deref().map_or_else(String::new, |change| format!(" {}", code(change)));
    let mut out = format!("### {sign} {}{change}\n\n", decision.outcome);
    if decision.outcome != Outcome::Pass {
        out += &format!("**Next:** {}\n\n", escape(&decision.next.text));
    }
    if let Some(risk) = &decision.risk {
        let category = decision.category.as_deref().unwrap_or_default();
        out += &format!(
            "Decided as **{}**, risk **{}** ({} points).\n\n",
            escape(category),
            escape(&risk.level),
            risk.score
        );
    }
    if !decision.requirements.is_empty() {
        out += "| who must agree | agreed | open |\n|---|---|---|\n";
        for it in &decision.requirements {
            let filled: Vec<String> = it.filled.iter().map(|person| escape(person)).collect();
            out += &format!("| {}: {} | {} | {} |\n", escape(&it.id), escape(&it.needs), filled.join(", "), it.missing);
        }
        out += "\n";
    }
    out += "<details><summary>Reasons</summary>\n\n";
    for reason in &decision.reasons {
        for (depth, reason) in reason.walk() {
            out += &format!(
                "{}- {} {} {}\n",
                "  ".repeat(depth),
                word(reason),
                escape(&reason.message),
                code(reason.code.word())
            );
        }
    }
    out += "\n</details>\n";
    if let Some(risk) = &decision.risk {
        out += "\n<details><summary>Risk, term by term</summary>\n\n| term | points | of | why |\n|---|---|---|---|\n";
        for term in &risk.terms {
            out += &format!("| {} | {} | {} | {} |\n", term.id, term.points, term.most, escape(&term.why));
        }
        out += "\n</details>\n";
    }
    if !decision.excluded.is_empty() {
        out += "\n<details><summary>Does not count</summary>\n\n";
        for left in &decision.excluded {
            out += &format!("- {}: {}\n", escape(&left.person), escape(&left.reason));
        }
        out += "\n</details>\n";
    }
    out
}

fn word(reason: &Reason) -> &'static str {
    match reason.outcome {
        Outcome::Pass => "✓",
        Outcome::Pending => "…",
        Outcome::Blocked => "✗",
        Outcome::Error => "‼",
    }
}

/// Text of strangers in a table or list: no markup, no line break, no mention.
fn escape(text: &str) -> String {
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
    out
}

/// A word in a fixed font, without what could end it.
fn code(text: &str) -> String {
    let kept: String = clean(text).chars().filter(|character| *character != '`' && !character.is_control()).collect();
    format!("`{kept}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_strangers_shows_as_text_and_mentions_nobody() {
        assert_eq!(escape("@ann <b>*x*</b>|\n[a](b)"), "@\u{200b}ann &lt;b&gt;\\*x\\*&lt;/b&gt;\\| \\[a\\]\\(b\\)");
        assert_eq!(code("a`b\nc"), "`abc`");
    }
}
