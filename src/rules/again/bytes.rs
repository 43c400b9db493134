//! What rules found as bytes and back.

use std::sync::Arc;

use super::super::find;
use super::ground::Ground;
use super::{Asked, Found};
use crate::base::bytes::{Scan, put_number, put_text, seal, sealed, unseal};
use crate::base::finding::{Finding, Label, Part, Severity, Subject};
use crate::base::fix::{Edit, Fix};
use crate::base::hash::Print;
use crate::base::span::{FileId, Span};
use crate::model::trace::Trace;

/// The form that this version reads and writes.
pub(super) const VERSION: &str = "gitsm rules 1";
/// How deep findings lie in one another: a finding of several places holds those of each.
const DEEP: usize = 3;

impl Found {
    /// All of it as bytes: a line with the version, a line with the SHA-256 of what follows, and that.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = sealed(VERSION);
        let Ground { common, frame, instant, records, figures } = self.ground.as_ref();
        out.extend(common);
        out.extend(frame);
        put_text(&mut out, instant);
        put_number(&mut out, records.len());
        out.extend(records.iter().flatten());
        put_number(&mut out, figures.len());
        for (at, print) in figures {
            put_number(&mut out, *at as usize);
            out.extend(print);
        }
        put_number(&mut out, self.rules.len());
        for (name, Asked { trace, findings }) in &self.rules {
            put_text(&mut out, name);
            trace.put(&mut out);
            put_number(&mut out, findings.len());
            for finding in findings {
                put(&mut out, finding);
            }
        }
        out.extend(self.schemas);
        put_number(&mut out, self.clean.len());
        out.extend(self.clean.iter().flatten());
        seal(VERSION, &mut out);
        out
    }

    /// What these bytes hold, when they are whole.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut scan = Scan::new(unseal(VERSION, bytes)?);
        let print = |scan: &mut Scan<'_>| -> Option<Print> { scan.take(size_of::<Print>())?.try_into().ok() };
        let (common, frame) = (print(&mut scan)?, print(&mut scan)?);
        let instant = scan.text()?.to_owned();
        let records = (0..scan.number()?).map(|_| print(&mut scan)).collect::<Option<_>>()?;
        let figures = (0..scan.number()?).map(|_| Some((number(&mut scan)?, print(&mut scan)?)));
        let figures = figures.collect::<Option<_>>()?;
        let rules = (0..scan.number()?).map(|_| {
            let name = scan.text()?.to_owned();
            let trace = Trace::take(&mut scan)?;
            let findings = (0..scan.number()?).map(|_| finding(&mut scan, DEEP)).collect::<Option<_>>()?;
            Some((name, Asked { trace, findings }))
        });
        let rules = rules.collect::<Option<_>>()?;
        let schemas = print(&mut scan)?;
        let clean = (0..scan.number()?).map(|_| print(&mut scan)).collect::<Option<_>>()?;
        let ground = Arc::new(Ground { common, frame, instant, records, figures });
        (scan.left() == 0).then_some(Self { ground, rules, schemas, clean })
    }
}

/// A finding as a rule gives it: what becomes of it behind the rules is not told.
fn put(out: &mut Vec<u8>, finding: &Finding) {
    let Finding {
        rule,
        severity,
        message,
        primary,
        label,
        related,
        help,
        subject,
        pointer,
        clock,
        state: _,
        parts,
        fix,
    } = finding;
    put_text(out, rule);
    out.push(*severity as u8);
    put_text(out, message);
    put_span(out, *primary);
    put_text(out, label);
    put_number(out, related.len());
    for Label { span, message } in related {
        put_span(out, *span);
        put_text(out, message);
    }
    put_option(out, help.as_ref(), |out, help| put_text(out, help));
    put_option(out, subject.as_ref(), |out, Subject { kind, id }| {
        put_text(out, kind);
        put_text(out, id);
    });
    put_text(out, pointer);
    out.push(u8::from(*clock));
    put_number(out, parts.len());
    for Part { finding, also } in parts {
        put(out, finding);
        put_text(out, also);
    }
    put_option(out, fix.as_ref(), |out, Fix { title, edits }| {
        put_text(out, title);
        put_number(out, edits.len());
        for Edit { span, text } in edits {
            put_span(out, *span);
            put_text(out, text);
        }
    });
}

fn put_option<T>(out: &mut Vec<u8>, value: Option<T>, put: impl FnOnce(&mut Vec<u8>, T)) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        put(out, value);
    }
}

fn put_span(out: &mut Vec<u8>, span: Span) {
    for number in [span.file.0, span.start, span.end] {
        put_number(out, number as usize);
    }
}

/// A finding that lies in at most so many others.
fn finding(scan: &mut Scan<'_>, deep: usize) -> Option<Finding> {
    let deep = deep.checked_sub(1)?;
    let rule = find(scan.text()?)?.id;
    let severity = match flag(scan, 3)? {
        0 => Severity::Info,
        1 => Severity::Warning,
        _ => Severity::Error,
    };
    let message = scan.text()?.to_owned();
    let primary = span(scan)?;
    let mut made = Finding::new(rule, severity, primary, message);
    scan.text()?.clone_into(&mut made.label);
    let related = (0..scan.number()?).map(|_| Some(Label { span: span(scan)?, message: scan.text()?.to_owned() }));
    made.related = related.collect::<Option<_>>()?;
    if flag(scan, 2)? == 1 {
        made.help = Some(scan.text()?.to_owned());
    }
    if flag(scan, 2)? == 1 {
        made.subject = Some(Subject { kind: scan.text()?.to_owned(), id: scan.text()?.to_owned() });
    }
    scan.text()?.clone_into(&mut made.pointer);
    made.clock = flag(scan, 2)? == 1;
    let parts =
        (0..scan.number()?).map(|_| Some(Part { finding: finding(scan, deep)?, also: scan.text()?.to_owned() }));
    made.parts = parts.collect::<Option<_>>()?;
    if flag(scan, 2)? == 1 {
        let title = scan.text()?.to_owned();
        let edits = (0..scan.number()?).map(|_| Some(Edit { span: span(scan)?, text: scan.text()?.to_owned() }));
        made.fix = Some(Fix { title, edits: edits.collect::<Option<_>>()? });
    }
    Some(made)
}

/// A byte that stands for one of so many values.
fn flag(scan: &mut Scan<'_>, count: u8) -> Option<u8> {
    scan.take(1)?.first().copied().filter(|flag| *flag < count)
}

fn number(scan: &mut Scan<'_>) -> Option<u32> {
    u32::try_from(scan.number()?).ok()
}

fn span(scan: &mut Scan<'_>) -> Option<Span> {
    let (file, start, end) = (number(scan)?, number(scan)?, number(scan)?);
    (start <= end).then(|| Span::new(FileId(file), start, end))
}
