use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::model::asset::{Asset, AssetStatus};
use crate::model::ci::Ci;
use crate::model::{Ix, Record};

rule! {
    /// An asset and the configuration item that is the same thing, in states that cannot both be true.
    ///
    /// A machine that was shredded does not run, and one that is still on order runs nothing. Whoever plans by the wrong
    /// one of the two records plans with a ghost. An item that is in use may have an older asset behind it that is gone,
    /// when another asset in use names it too.
    ///
    /// ```yaml,bad
    /// # sms/asset/ast-array.yaml
    /// kind: asset
    /// id: ast-array
    /// status: disposed
    /// ci: ci-array
    /// # sms/ci/ci-array.yaml
    /// kind: ci
    /// id: ci-array
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/asset/ast-array.yaml
    /// kind: asset
    /// id: ast-array
    /// status: disposed
    /// ci: ci-array
    /// # sms/ci/ci-array.yaml
    /// kind: ci
    /// id: ci-array
    /// status: retired
    /// ```
    ///
    /// Look at the thing itself, and set the `status` that is not true.
    AssetCiContradiction = "asset-ci-contradiction", Error, clauses: ["8.2.5", "8.2.6"], kinds: ["asset", "ci"];
}

fn message(asset: &Record<'_>, ci: &Record<'_>) -> String {
    let status = |record: &Record<'_>| record.status().unwrap_or_default().to_owned();
    format!("the asset '{}' is {}, but '{}', the same thing, is {}", asset.id, status(asset), ci.id, status(ci))
}

const HELP: &str = "look at the thing itself, and set the `status` that is not true";

impl Rule for AssetCiContradiction {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let ci = |asset: Asset<'_>| asset.ci().and_then(|ci| cx.sms.find(ci));
        let in_use = cx.sms.all::<Asset<'_>>().filter(|asset| asset.status() == Some(AssetStatus::InUse));
        let in_use: BTreeSet<Ix> = in_use.filter_map(ci).collect();
        for asset in cx.sms.all::<Asset<'_>>() {
            let (Some(status), Some(ix)) = (asset.status(), ci(asset)) else { continue };
            let Some(ci) = cx.sms.view::<Ci<'_>>(ix) else { continue };
            let clash = match status {
                AssetStatus::InUse => ci.is_gone(),
                _ => ci.is_in_use() && !in_use.contains(&ix),
            };
            if clash {
                let (record, ci) = (asset.0.record, ci.0.record);
                out.field(record, "status", message(record, ci))
                    .help(HELP)
                    .related(ci.field_span("status"), "the configuration item");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const ITEMS: &str = "
            # sms/ci/ci-live.yaml
            {kind: ci, id: ci-live, status: maintenance}
            # sms/ci/ci-gone.yaml
            {kind: ci, id: ci-gone, status: retired}
            # sms/ci/ci-coming.yaml
            {kind: ci, id: ci-coming, status: building}
";

    #[test]
    fn gone_waiting_and_used_assets_are_held_to_their_item() {
        let assets = "
            # sms/asset/a.yaml
            {kind: asset, id: a, status: retired, ci: ci-live}
            #                            ^^^^^^^ 'a' is retired, but 'ci-live', the same thing, is maintenance
            # sms/asset/b.yaml
            {kind: asset, id: b, status: in_use, ci: ci-gone}
            #                            ^^^^^^ 'b' is in_use, but 'ci-gone', the same thing, is retired
            # sms/asset/c.yaml
            {kind: asset, id: c, status: ordered, ci: ci-live}
            #                            ^^^^^^^ 'c' is ordered
";
        check(&AssetCiContradiction, &format!("{ITEMS}{assets}"));
    }

    #[test]
    fn states_that_fit_and_a_successor_in_use_pass() {
        let assets = "
            # sms/asset/a.yaml
            {kind: asset, id: a, status: disposed, ci: ci-live}
            # sms/asset/b.yaml
            {kind: asset, id: b, status: in_use, ci: ci-live}
            # sms/asset/c.yaml
            {kind: asset, id: c, status: disposed, ci: ci-gone}
            # sms/asset/d.yaml
            {kind: asset, id: d, status: in_stock, ci: ci-coming}
            # sms/asset/e.yaml
            {kind: asset, id: e, status: in_use, ci: ci-coming}
            # sms/asset/f.yaml
            {kind: asset, id: f, status: disposed, ci: ci-unknown}
            # sms/asset/g.yaml
            {kind: asset, id: g, status: lost, ci: ci-live}
";
        check(&AssetCiContradiction, &format!("{ITEMS}{assets}"));
    }
}
