//! The paths of AuthZEN, each for the first policy and for one by its name, and their description.

use std::sync::Arc;

use axum::routing::{MethodRouter, get, post};
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{Array, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, HttpMethod, Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// What is asked for decisions.
pub(crate) fn decisions() -> OpenApiRouter<Arc<App>> {
    let both = |path: &str| [format!("/access/v1/{path}"), format!("/{{policy}}/access/v1/{path}")];
    let evaluation = Described {
        id: "authzen_evaluation",
        summary: "Decides one request.",
        description: "A denial is 200 with `decision` false, and so is what the policy cannot decide, with \
                      `context.error`; 400 is for a malformed body.",
        request: Some(evaluation_request()),
        answer: decision(),
    };
    let evaluations = Described {
        id: "authzen_evaluations",
        summary: "Decides several requests, in their order.",
        description: "What an evaluation gives stands whole in place of the default of that name. Without \
                      evaluations, it is answered as one evaluation is.",
        request: Some(evaluations_request()),
        answer: any_of(decisions_answered(), decision()),
    };
    let action = Described {
        id: "authzen_search_action",
        summary: "Finds the actions that a subject may take on a resource.",
        description: "A type that the policy does not have has none.",
        request: Some(search(&[("subject", entity(true)), ("resource", entity(true))])),
        answer: found(object(&[("name", text("Name of an action"))], &["name"])),
    };
    let subject = Described {
        id: "authzen_search_subject",
        summary: "Finds the subjects of the directory that may take an action on a resource.",
        description: "An id that is sent for the subject is ignored.",
        request: Some(search(&[
            ("subject", entity(false)),
            ("action", self::action()),
            ("resource", entity(true)),
        ])),
        answer: found(entity(true)),
    };
    let resource = Described {
        id: "authzen_search_resource",
        summary: "Finds the resources of the directory on which a subject may take an action.",
        description: "An id that is sent for the resource is ignored.",
        request: Some(search(&[
            ("subject", entity(true)),
            ("action", self::action()),
            ("resource", entity(false)),
        ])),
        answer: found(entity(true)),
    };
    OpenApiRouter::new()
        .routes(evaluation.at(both("evaluation"), post(super::evaluation)))
        .routes(evaluations.at(both("evaluations"), post(super::evaluations)))
        .routes(action.at(both("search/action"), post(super::search_action)))
        .routes(subject.at(both("search/subject"), post(super::search_subject)))
        .routes(resource.at(both("search/resource"), post(super::search_resource)))
}

/// Where callers learn the rest; for everyone.
pub(crate) fn discovery() -> OpenApiRouter<Arc<App>> {
    let well_known = "/.well-known/authzen-configuration";
    let configuration = Described {
        id: "authzen_configuration",
        summary: "Says where everything of AuthZEN is.",
        description: "Of the service, whose paths are answered by its first policy, or of one policy.",
        request: None,
        answer: metadata(),
    };
    let paths = [
        well_known.to_owned(),
        // A base URL with a path: the well-known part goes between host and path, as RFC 8615 has it.
        format!("{well_known}/{{policy}}"),
        // Where clients look that put it behind the base URL.
        format!("/{{policy}}{well_known}"),
    ];
    OpenApiRouter::new().routes(configuration.at(paths, get(super::configuration)))
}

/// One endpoint.
struct Described {
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    /// None: it is read by GET, and needs no token.
    request: Option<Schema>,
    answer: Schema,
}

type Documented = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<Arc<App>>);

impl Described {
    fn at<const N: usize>(self, paths: [String; N], method: MethodRouter<Arc<App>>) -> Documented {
        let mut documented = Paths::new();
        for (position, path) in paths.iter().enumerate() {
            let http = if self.request.is_some() { HttpMethod::Post } else { HttpMethod::Get };
            let id = match position {
                0 => self.id.to_owned(),
                1 => format!("{}_of_policy", self.id),
                _ => format!("{}_of_policy_{position}", self.id),
            };
            documented.add_path_operation(path, vec![http], self.operation(id, path));
        }
        (Vec::new(), documented, method)
    }

    fn operation(&self, id: String, path: &str) -> Operation {
        let mut operation = OperationBuilder::new()
            .tag("authzen")
            .operation_id(Some(id))
            .summary(Some(self.summary))
            .description(Some(self.description))
            .request_body(self.request.clone().map(request_body))
            .response("200", answer("Answered", self.answer.clone().into()))
            .response("default", answer("No answer", Ref::from_schema_name("ErrorBody").into()));
        if self.request.is_some() {
            operation = operation
                .response("400", answer("The body is none", Ref::from_schema_name("ErrorBody").into()));
        } else {
            operation = operation.security(SecurityRequirement::default());
        }
        if path.contains("{policy}") {
            let parameter = ParameterBuilder::new()
                .name("policy")
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some("Name of the policy in the configuration"))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
            operation = operation.parameter(parameter);
        }
        operation.build()
    }
}

fn request_body(schema: Schema) -> RequestBody {
    RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content("application/json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn answer(description: &str, schema: RefOr<Schema>) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content("application/json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn evaluation_request() -> Schema {
    object(&question(), &["subject", "action", "resource"])
}

fn evaluations_request() -> Schema {
    let semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"];
    let semantic = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("When it stops; what stops it is answered. Default: never"))
        .enum_values(Some(semantics));
    let mut members = question().to_vec();
    members.push(("evaluations", Array::new(object(&question(), &[])).into()));
    members.push(("options", object(&[("evaluations_semantic", semantic.into())], &[])));
    // Those that every evaluation gives need no default.
    let batch = object(&members, &["evaluations"]);
    any_of(batch, evaluation_request())
}

fn search(searched: &[(&str, Schema)]) -> Schema {
    let required: Vec<&str> = searched.iter().map(|(name, _)| *name).collect();
    let limit = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("Most results of the answer; 0: all"))
        .minimum(Some(0));
    let token = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The `next_token` of the page before"))
        .pattern(Some("^[0-9]{0,9}$"));
    let mut members = searched.to_vec();
    members.push(("context", anything("Surroundings")));
    members.push(("page", object(&[("limit", limit.into()), ("token", token.into())], &[])));
    object(&members, &required)
}

fn question() -> [(&'static str, Schema); 4] {
    [
        ("subject", entity(true)),
        ("action", action()),
        ("resource", entity(true)),
        ("context", anything("Surroundings: `mode`, `related`, `coverage`")),
    ]
}

fn entity(has_id: bool) -> Schema {
    let members = [
        ("type", text("Its type; of a resource, the kind")),
        ("id", text("Its id, unique within the type")),
        ("properties", anything("What else is known of it: of a subject `roles`, of a resource `state`")),
    ];
    if has_id {
        return object(&members, &["type", "id"]);
    }
    let [kind, _, properties] = members;
    object(&[kind, properties], &["type"])
}

fn action() -> Schema {
    object(&[("name", text("Its name")), ("properties", anything("Its parameters"))], &["name"])
}

fn decision() -> Schema {
    let permitted = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .description(Some("Whether it is permitted; what is not known is not"));
    let context = anything(
        "`id` of the decision, `verdict`, `reason_user`, `reason_admin`, `missing`, `next_state`, `effects`, \
         `ways_out`, `error`, and the `policy` that answered: name, version, digest",
    );
    object(&[("decision", permitted.into()), ("context", context)], &["decision", "context"])
}

fn decisions_answered() -> Schema {
    object(&[("evaluations", Array::new(decision()).into())], &["evaluations"])
}

fn found(result: Schema) -> Schema {
    let natural = || Schema::from(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)));
    let page = object(
        &[
            ("next_token", text("What gives the page after this one; empty at the end")),
            ("count", natural()),
            ("total", natural()),
        ],
        &["next_token"],
    );
    let members = [
        ("results", Array::new(result).into()),
        ("page", page),
        ("context", anything("The `policy` that answered, or the `error` why there are no results")),
    ];
    object(&members, &["results", "context"])
}

fn metadata() -> Schema {
    let names = [
        "policy_decision_point",
        "access_evaluation_endpoint",
        "access_evaluations_endpoint",
        "search_subject_endpoint",
        "search_resource_endpoint",
        "search_action_endpoint",
    ];
    object(&names.map(|name| (name, text("A URL, `https`"))), &names)
}

fn text(description: &str) -> Schema {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).into()
}

fn anything(description: &str) -> Schema {
    ObjectBuilder::new().description(Some(description)).into()
}

fn object(members: &[(&str, Schema)], required: &[&str]) -> Schema {
    let object = ObjectBuilder::new();
    let object = members.iter().fold(object, |object, (name, schema)| object.property(*name, schema.clone()));
    required.iter().fold(object, |object, name| object.required(*name)).into()
}

fn any_of(one: Schema, other: Schema) -> Schema {
    utoipa::openapi::schema::AnyOfBuilder::new().item(one).item(other).into()
}
