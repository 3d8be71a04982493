//! The middleware of actix-web, asked without a socket.

use std::hint::black_box;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpResponse, test, web};
use record_audit::{ActixAudit, Audit, Budget, Outcome, Recorder, RequestRecord};

type Lines = Mutex<Vec<(&'static str, &'static str, Option<u16>, Outcome, u64)>>;

#[derive(Default)]
struct Collect(Lines);

impl Recorder for Collect {
    fn ended(&self, record: &RequestRecord<'_>) {
        let bytes = record.handler().expect("installed").allocated_bytes;
        self.0.lock().expect("unpoisoned").push((
            record.route(),
            record.method(),
            record.status(),
            record.outcome(),
            bytes,
        ));
    }
}

async fn user() -> HttpResponse {
    drop(black_box(vec![1_u8; 40_000]));
    HttpResponse::Ok().body("Ada")
}

#[test]
fn requests_are_reported_with_their_pattern() {
    actix_web::rt::System::new().block_on(patterns());
}

async fn patterns() {
    let collect = Arc::new(Collect::default());
    let audit = Audit::builder().build(Arc::clone(&collect));
    let app = App::new()
        .route("/users/{id}", web::get().to(user))
        .route("/fails", web::get().to(async || Err::<HttpResponse, _>(actix_web::error::ErrorBadGateway("planned"))))
        .wrap(ActixAudit::new(audit));
    let app = test::init_service(app).await;
    let call = async |path: &str| test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
    let body = test::read_body(call("/users/7").await).await;
    assert_eq!(body, "Ada");
    drop(call("/users/8").await);
    drop(test::read_body(call("/fails").await).await);
    drop(test::read_body(call("/nowhere").await).await);
    let seen = collect.0.lock().expect("unpoisoned");
    let without_bytes: Vec<_> =
        seen.iter().map(|(route, method, status, outcome, _)| (*route, *method, *status, *outcome)).collect();
    assert_eq!(
        without_bytes,
        [
            ("/users/{id}", "GET", Some(200), Outcome::Completed),
            ("/users/{id}", "GET", Some(200), Outcome::BodyDropped),
            ("/fails", "GET", Some(502), Outcome::Completed),
            ("(unmatched)", "GET", Some(404), Outcome::Completed),
        ]
    );
    assert!(seen[0].4 >= 40_000 && seen[3].4 < 40_000, "{seen:?}");
}

#[test]
fn over_the_budget_it_answers_503() {
    actix_web::rt::System::new().block_on(refusal());
}

async fn refusal() {
    let collect = Arc::new(Collect::default());
    let budget = Budget { bytes: Some(20_000), ..Budget::default() };
    let audit = Audit::builder().routes(["/users/{id}"]).refuse_over(budget).build(Arc::clone(&collect));
    let app = App::new().route("/users/{id}", web::get().to(user)).wrap(ActixAudit::new(audit));
    let app = test::init_service(app).await;
    let response = test::call_service(&app, test::TestRequest::get().uri("/users/7").to_request()).await;
    assert_eq!(response.status().as_u16(), 503);
    assert!(test::read_body(response).await.is_empty());
    let seen = collect.0.lock().expect("unpoisoned");
    assert_eq!((seen[0].0, seen[0].2, seen[0].3), ("/users/{id}", Some(503), Outcome::Completed));
}
