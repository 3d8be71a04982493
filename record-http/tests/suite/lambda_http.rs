//! `lambda_http`: the responses of its own responder for JSON, in the format of each gateway.

use std::future::Future;

use lambda_http::lambda_runtime::{Context, LambdaEvent};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, IntoResponse, Request, Response, Service, service_fn};
use record_http::{Conditional, Conditions, Fields, Json, JsonRef, Problem, RawJson};
use serde_json::{Value, json};

use crate::fields::{Post, posts};
use crate::values::{Order, Unwritable};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn respond(response: impl IntoResponse) -> Response<Body> {
    block_on(response.into_response())
}

#[track_caller]
fn assert_same(ours: &Response<Body>, theirs: &Response<Body>) {
    assert_eq!(ours.status(), theirs.status());
    assert_eq!(ours.headers(), theirs.headers());
    assert_eq!(ours.version(), theirs.version());
    assert_eq!(ours.body(), theirs.body());
}

#[test]
fn responses_are_those_of_the_own_json() {
    for lines in [0, 1, 30, 700, 20_000] {
        let order = Order::example(7, lines);
        let value = serde_json::to_value(&order).unwrap();
        let text = serde_json::to_string(&order).unwrap();
        // Its own sorts the members: the texts are compared apart.
        let mut theirs = respond(value);
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            serde_json::from_slice::<Value>(theirs.body()).unwrap()
        );
        *theirs.body_mut() = Body::Text(text.clone());
        assert_same(&respond(JsonRef(&order)), &theirs);
        assert_same(&respond(Json(order.clone()).into_http_response()), &theirs);
        assert_same(&respond(Json(order)), &theirs);
        assert_same(&respond(RawJson::new(text)), &theirs);
    }
    for value in [json!(null), json!("é\"\n"), json!([1, 2.5, {"a": []}])] {
        assert_same(&respond(RawJson::new(value.to_string())), &respond(value));
    }
}

#[test]
fn errors_are_responses() {
    let failed = respond(Json(Unwritable::example()));
    assert_eq!(failed.status(), 500);
    assert_eq!(failed.headers()["content-type"], "application/json");
    assert!(matches!(failed.body(), Body::Text(text) if serde_json::from_str::<Value>(text).is_ok()));
    let problem = respond(Problem::new(404).detail("no such order"));
    assert_eq!(
        (problem.status().as_u16(), &problem.headers()["content-type"]),
        (404, &"application/problem+json".parse().unwrap())
    );
    assert!(matches!(problem.body(), Body::Text(text) if text.contains("no such order")));
}

/// An event of each gateway, with its answer's members.
fn events() -> [(&'static str, Value, Value); 4] {
    let rest = json!({
        "resource": "/x", "path": "/x", "httpMethod": "GET", "headers": { "Host": "x" }, "multiValueHeaders": { "Host": ["x"] },
        "requestContext": {
            "accountId": "1", "resourceId": "r", "stage": "prod", "requestId": "q", "identity": { "sourceIp": "192.0.2.7" },
            "resourcePath": "/x", "httpMethod": "GET", "apiId": "a", "path": "/x", "protocol": "HTTP/1.1"
        },
        "isBase64Encoded": false
    });
    let http = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/x", "rawQueryString": "", "headers": { "host": "x" },
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "x", "domainPrefix": "x", "requestId": "q", "routeKey": "$default",
            "http": { "method": "GET", "path": "/x", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7", "userAgent": "a" },
            "stage": "$default", "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1_583_348_638_390_u64
        },
        "isBase64Encoded": false
    });
    let balancer = json!({
        "requestContext": { "elb": { "targetGroupArn": "arn:aws:x" } }, "httpMethod": "GET", "path": "/x",
        "queryStringParameters": {}, "headers": { "host": "x" }, "body": "", "isBase64Encoded": false
    });
    let lattice = json!({
        "version": "2.0", "path": "/x", "method": "GET", "headers": { "host": ["x"] }, "isBase64Encoded": false,
        "requestContext": {
            "serviceNetworkArn": "arn:aws:a", "serviceArn": "arn:aws:b", "targetGroupArn": "arn:aws:c",
            "identity": { "type": "none" }, "region": "r", "timeEpoch": "1696331543569073"
        }
    });
    [
        ("REST", rest, json!({ "multiValueHeaders": { "content-type": ["application/json"] } })),
        ("HTTP", http, json!({ "headers": { "content-type": "application/json" } })),
        ("load balancer", balancer, json!({ "statusDescription": "200 OK" })),
        ("lattice", lattice, json!({ "statusCode": 200 })),
    ]
}

/// The answer of a function, as Lambda gets it.
fn through<R: IntoResponse + Send + 'static>(event: &Value, respond: fn() -> R) -> Value {
    let handler = service_fn(move |request: Request| async move {
        assert!(request.method() == "GET" && request.uri().path().ends_with("/x"), "{request:?}");
        Ok::<_, lambda_http::Error>(respond())
    });
    let request: LambdaRequest = serde_json::from_value(event.clone()).unwrap();
    let answer = block_on(Adapter::from(handler).call(LambdaEvent::new(request, Context::default()))).unwrap();
    serde_json::to_value(answer).unwrap()
}

#[test]
fn a_function_answers_each_gateway_as_with_the_own_json() {
    let text = serde_json::to_string(&Order::example(7, 3)).unwrap();
    for (gateway, event, members) in events() {
        let ours = through(&event, || Json(Order::example(7, 3)));
        let mut theirs = through(&event, || serde_json::to_value(Order::example(7, 3)).unwrap());
        assert_eq!(ours["body"], Value::String(text.clone()), "{gateway}");
        assert_eq!(ours["isBase64Encoded"], Value::Bool(false), "{gateway}");
        theirs["body"] = Value::String(text.clone());
        assert_eq!(ours, theirs, "{gateway}");
        for (member, value) in members.as_object().unwrap() {
            assert_eq!(&ours[member], value, "{gateway}: {ours}");
        }
    }
}

#[test]
fn a_client_that_has_it_gets_no_body() {
    fn prices(request: &Request) -> Conditional {
        Json([17, 4]).etag().answer(Conditions::of(request.method(), request.headers()))
    }
    let ask = |tag: Option<&str>| {
        let mut request = Request::default();
        if let Some(tag) = tag {
            request.headers_mut().insert("if-none-match", tag.parse().unwrap());
        }
        respond(prices(&request))
    };
    let whole = ask(None);
    assert_eq!((whole.status().as_u16(), whole.body()), (200, &Body::Text("[17,4]".to_owned())));
    let unchanged = ask(Some(whole.headers()["etag"].to_str().unwrap()));
    assert_eq!((unchanged.status().as_u16(), unchanged.body()), (304, &Body::Empty));
}

/// Each gateway hands on the parameters in its own way: decoded, as they came, or one value of several.
#[test]
fn clients_get_the_fields_that_they_select_through_each_gateway() {
    let decoded = json!({ "a": ["1"], "fields": ["id,user(name)", "title"] });
    let members = [
        ("REST", json!({ "multiValueQueryStringParameters": decoded })),
        ("HTTP", json!({ "rawQueryString": "a=1&fields=id%2Cuser(name)&fields=title" })),
        (
            "load balancer",
            json!({ "multiValueQueryStringParameters": { "a": ["1"], "fields": ["id%2Cuser%28name%29", "title"] } }),
        ),
        ("lattice", json!({ "queryStringParameters": decoded })),
    ];
    for ((gateway, mut event, _), (named, members)) in events().into_iter().zip(members) {
        assert_eq!(gateway, named);
        event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let handler = service_fn(async |request: Request| {
            let fields = Fields::<Post>::of_query(request.uri().query());
            Ok::<_, lambda_http::Error>(
                fields.map(|Fields(mask)| posts(mask)).map_err(|problem| problem.to_string()).unwrap(),
            )
        });
        let request: LambdaRequest = serde_json::from_value(event).unwrap();
        let answer = block_on(Adapter::from(handler).call(LambdaEvent::new(request, Context::default()))).unwrap();
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(answer["body"], r#"[{"id":7,"title":"t","user":{"name":"Ada"}}]"#, "{gateway}");
    }
}
