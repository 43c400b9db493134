use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::asset::Asset;

rule! {
    /// A licence that more people or machines use than were paid for.
    ///
    /// The maker may audit and bill, and a contract that we broke helps nobody. `used` is what was counted, `entitled` what
    /// the licence allows; as many as that is allowed. Licences that are out of use are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/asset/ast-licence-office.yaml
    /// kind: asset
    /// id: ast-licence-office
    /// status: in_use
    /// licence: {metric: Named users, entitled: 100, used: 120}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/asset/ast-licence-office.yaml
    /// kind: asset
    /// id: ast-licence-office
    /// status: in_use
    /// licence: {metric: Named users, entitled: 100, used: 100}
    /// ```
    ///
    /// Buy what is missing, or take it from those who no longer need it, and count again.
    AssetLicenceOver = "asset-licence-over", Warning, clauses: ["8.2.5"], kinds: ["asset"];
}

fn message(asset: &Record<'_>, used: i64, entitled: i64) -> String {
    format!("{used} use the licence '{}', which allows {entitled}", asset.id)
}

const HELP: &str = "buy what is missing, or take it from those who no longer need it, and count again";

impl Rule for AssetLicenceOver {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for asset in cx.sms.all::<Asset<'_>>().filter(|asset| !asset.0.record.is_at_rest()) {
            let Some(licence) = asset.licence() else { continue };
            if let (Some(used), Some(entitled)) = (licence.used(), licence.entitled())
                && used > entitled
            {
                let record = asset.0.record;
                out.at(record, licence.0.field_span("used"), message(record, used, entitled))
                    .help(HELP)
                    .related(licence.0.field_span("entitled"), "allowed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn one_too_many_is_too_many() {
        check(
            &AssetLicenceOver,
            "
            # sms/asset/a.yaml
            {kind: asset, id: a, status: in_use, licence: {metric: users, entitled: 60, used: 61}}
            #                                                                                 ^^ 61 use the licence 'a', which allows 60
            # sms/asset/b.yaml
            {kind: asset, id: b, status: in_use, licence: {metric: users, entitled: 60, used: 60}}
            # sms/asset/c.yaml
            {kind: asset, id: c, status: in_stock, licence: {metric: users, entitled: 0, used: 1}}
            #                                                                                  ^ 1 use the licence 'c', which allows 0
            ",
        );
    }

    #[test]
    fn what_is_out_of_use_or_not_counted_is_not_judged() {
        check(
            &AssetLicenceOver,
            "
            # sms/asset/a.yaml
            {kind: asset, id: a, status: retired, licence: {metric: users, entitled: 60, used: 61}}
            # sms/asset/b.yaml
            {kind: asset, id: b, status: in_use, licence: {metric: users, entitled: 60}}
            # sms/asset/c.yaml
            {kind: asset, id: c, status: in_use, licence: {metric: users, entitled: 60, used: many}}
            # sms/asset/d.yaml
            {kind: asset, id: d, status: in_use, licence: {metric: users, used: 61}}
            ",
        );
    }
}
