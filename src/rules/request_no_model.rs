use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::Record;
use crate::model::request::{RequestModel, RequestModelStatus, RequestStatus, ServiceRequest};

rule! {
    /// A service request that follows no model, or a model that does not say how it is fulfilled.
    ///
    /// What users ask for again and again is described once, so that anybody at the desk can do it and users know what
    /// they get. From the start of the work on, a request names its `model`; a record that stands for all requests of a
    /// period counts them by model in `batch.rows`. An open request does not follow a model that is a draft or retired.
    /// A model that is offered has instructions, steps or a procedure of its own. Requests that were turned down or
    /// called off need no model.
    ///
    /// ```yaml,bad
    /// # sms/service_request/srq-mouse.yaml
    /// {kind: service_request, id: srq-mouse, status: in_progress, requested_at: 2026-11-18T09:05:00Z}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service_request/srq-mouse.yaml
    /// {kind: service_request, id: srq-mouse, status: in_progress, requested_at: 2026-11-18T09:05:00Z,
    ///  model: rqm-accessory}
    /// # sms/request_model/rqm-accessory.yaml
    /// {kind: request_model, id: rqm-accessory, status: active, service: svc-workplace,
    ///  instructions: Take it from the shelf in room 2 and write it on the list.}
    /// ```
    ///
    /// Name the model, or write one (`gitsm new request_model`) with the instructions that the desk follows.
    RequestNoModel = "request-no-model", Warning, clauses: ["8.6.2"], kinds: ["service_request", "request_model"];
}

fn no_model(request: &Record<'_>) -> String {
    format!("the request '{}' follows no request model", request.id)
}

fn no_rows(request: &Record<'_>, count: i64) -> String {
    format!("'{}' counts {count} requests and does not say which models they follow", request.id)
}

fn out_of_use(request: &Record<'_>, model: &Record<'_>, status: RequestModelStatus) -> String {
    format!("the open request '{}' follows the model '{}', which is {}", request.id, model.id, status.word())
}

fn no_instructions(model: &Record<'_>) -> String {
    format!("the request model '{}' is offered and does not say how it is fulfilled", model.id)
}

const HELP: &str = "name it in `model`, or write one with `gitsm new request_model`";
const HELP_ROWS: &str = "count them by model in `batch.rows`";
const HELP_USE: &str = "name a model that is offered";
const HELP_INSTRUCTIONS: &str = "write `instructions`, or name a `procedure`";

fn requests(cx: &Check<'_>, out: &mut Report) {
    for request in cx.sms.all::<ServiceRequest<'_>>() {
        let (record, status) = (request.0.record, request.status());
        if let Some(batch) = request.batch() {
            if let Some(count) = batch.count().filter(|count| *count > 0 && batch.rows().is_empty()) {
                out.at(record, batch.0.field_span("rows"), no_rows(record, count)).help(HELP_ROWS);
            }
            continue;
        }
        let open = matches!(status, Some(RequestStatus::InProgress | RequestStatus::Pending));
        let begun = open || matches!(status, Some(RequestStatus::Fulfilled | RequestStatus::Closed));
        let Some(named) = request.model() else {
            if begun {
                out.field(record, "model", no_model(record)).help(HELP);
            }
            continue;
        };
        let model = cx.sms.find(named.id).and_then(|ix| cx.sms.view::<RequestModel<'_>>(ix)).filter(|_| open);
        let state = model.and_then(|model| Some((model.0.record, model.status()?)));
        if let Some((model, status @ (RequestModelStatus::Draft | RequestModelStatus::Retired))) = state {
            out.at(record, named.span, out_of_use(record, model, status))
                .help(HELP_USE)
                .related(model.field_span("status"), "the model");
        }
    }
}

impl Rule for RequestNoModel {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        requests(cx, out);
        let offered =
            cx.sms.all::<RequestModel<'_>>().filter(|model| model.status() == Some(RequestModelStatus::Active));
        for model in offered {
            let told = model.instructions().is_some_and(|text| !text::says_nothing(text));
            if !told && model.procedure().is_none() && model.steps().is_empty() {
                out.field(model.0.record, "instructions", no_instructions(model.0.record)).help(HELP_INSTRUCTIONS);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn work_on_a_request_follows_a_model_in_use() {
        check(
            &RequestNoModel,
            "
            # sms/service_request/a.yaml
            {kind: service_request, id: a, status: closed}
            #                           ^ the request 'a' follows no request model
            # sms/service_request/b.yaml
            {kind: service_request, id: b, status: new}
            # sms/service_request/c.yaml
            {kind: service_request, id: c, status: rejected}
            # sms/service_request/d.yaml
            {kind: service_request, id: d, status: pending, model: rqm-old}
            #                                                      ^^^^^^^ the open request 'd' follows the model 'rqm-old', which is retired
            # sms/service_request/e.yaml
            {kind: service_request, id: e, status: closed, model: rqm-old}
            # sms/service_request/f.yaml
            {kind: service_request, id: f, status: in_progress, model: rqm-lost}
            # sms/service_request/g.yaml
            {kind: service_request, id: g, status: in_progress, model: rqm-rest}
            # sms/request_model/rqm-old.yaml
            {kind: request_model, id: rqm-old, status: retired}
            # sms/request_model/rqm-rest.yaml
            {kind: request_model, id: rqm-rest, status: suspended}
            ",
        );
    }

    #[test]
    fn requests_of_a_period_are_counted_by_model() {
        check(
            &RequestNoModel,
            "
            # sms/service_request/a.yaml
            {kind: service_request, id: a, status: closed, batch: {period: 2026-10, count: 212}}
            #                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'a' counts 212 requests
            # sms/service_request/b.yaml
            {kind: service_request, id: b, status: closed, batch: {period: 2026-10, count: 0}}
            # sms/service_request/c.yaml
            {kind: service_request, id: c, status: closed, batch: {count: 2, rows: [{model: rqm-a, count: 2}]}}
            ",
        );
    }

    #[test]
    fn a_model_that_is_offered_says_how() {
        check(
            &RequestNoModel,
            "
            # sms/request_model/a.yaml
            {kind: request_model, id: a, status: active, instructions: tbd}
            #                                                          ^^^ the request model 'a' is offered and does not say how
            # sms/request_model/b.yaml
            {kind: request_model, id: b, status: active, procedure: prc-a}
            # sms/request_model/c.yaml
            {kind: request_model, id: c, status: active, steps: [{seq: 1, name: Take it}]}
            # sms/request_model/d.yaml
            {kind: request_model, id: d, status: draft}
            # sms/request_model/e.yaml
            {kind: request_model, id: e, status: active}
            #                         ^ the request model 'e'
            ",
        );
    }
}
