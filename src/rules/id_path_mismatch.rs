use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::base::span::FileId;
use crate::model::Record;

rule! {
    /// A record whose file stands elsewhere, or is called otherwise, than its kind and id say.
    ///
    /// People and tools find a record by its path: the first folder below `sms/` is the kind, the name of the file is
    /// the id, and folders in between are free. In a file that holds several records only the folder counts; where
    /// the kind allows that, a file of one may have the name of a series, such as `msr-uptime` for `msr-uptime-2026-q1`.
    ///
    /// ```yaml,bad
    /// # sms/risk/r-7.yaml
    /// kind: risk
    /// id: r-9
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/2026/r-9.yaml
    /// kind: risk
    /// id: r-9
    /// ```
    ///
    /// Move the file with `git mv`, so that its history goes with it, or correct the record.
    IdPathMismatch = "id-path-mismatch", Warning, clauses: ["7.5.2"], kinds: [];
}

fn wrong_folder(record: &Record<'_>, folder: Option<&str>) -> String {
    let place = folder.map_or_else(|| "outside any folder".to_owned(), |folder| format!("in the folder '{folder}'"));
    format!("'{}' is of kind {}, but stands {place}", record.id, record.kind.name)
}

fn wrong_name(record: &Record<'_>, stem: &str) -> String {
    format!("the id is '{}', but the file is called '{stem}'", record.id)
}

impl Rule for IdPathMismatch {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let mut counts: BTreeMap<FileId, u32> = BTreeMap::new();
        for (_, record) in cx.sms.records() {
            *counts.entry(record.file).or_default() += 1;
        }
        for (_, record) in cx.sms.records() {
            let Some(path) = cx.sms.path(record).strip_prefix("sms/") else { continue };
            let (folder, below) = path.split_once('/').map_or((None, path), |(folder, below)| (Some(folder), below));
            let (between, name) = below.rsplit_once('/').map_or(("", below), |(between, name)| (between, name));
            let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name);
            let shared = counts.get(&record.file).is_some_and(|count| *count > 1);
            let series = record.kind.bulk && record.id.as_str().contains(stem);
            let fits = shared || series || stem == record.id.as_str();
            let file = if fits { name.to_owned() } else { format!("{}.yaml", record.id) };
            let slash = if between.is_empty() { "" } else { "/" };
            let help = format!("move it to sms/{}/{between}{slash}{file}, or correct the record", record.kind.name);
            if folder != Some(record.kind.name.as_str()) {
                out.field(record, "kind", wrong_folder(record, folder)).help(help);
            } else if !fits {
                out.field(record, "id", wrong_name(record, stem)).help(help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn the_first_folder_is_the_kind_and_the_file_name_the_id() {
        let fixture = "
            # sms/risks/2026/r-1.yaml
            kind: risk
            #     ^^^^ 'r-2' is of kind risk, but stands in the folder 'risks'
            id: r-2
            # sms/ci/a.yaml
            kind: ci
            id: b
            #   ^ the id is 'b', but the file is called 'a'
            ";
        check(&IdPathMismatch, fixture);
        let helps: Vec<_> = findings(&IdPathMismatch, fixture).into_iter().filter_map(|f| f.help).collect();
        assert!(helps.contains(&"move it to sms/risk/2026/r-2.yaml, or correct the record".to_owned()), "{helps:?}");
    }

    #[test]
    fn a_file_of_several_records_may_have_any_name() {
        check(
            &IdPathMismatch,
            "
            # sms/incident/2026-11.yaml
            kind: incident
            id: a
            ---
            kind: incident
            id: b
            ---
            kind: ci
            #     ^^ 'c' is of kind ci
            id: c
            ",
        );
    }

    #[test]
    fn folders_in_between_and_the_short_ending_are_free_and_a_missing_id_is_the_files() {
        check(
            &IdPathMismatch,
            "
            # sms/ci/data/old/a.yml
            {kind: ci, id: a}
            # sms/ci/b.yaml
            {owner: a}
            # sms/measurement/msr-uptime.yaml
            {kind: measurement, id: msr-uptime-2026-q1}
            ",
        );
    }
}
