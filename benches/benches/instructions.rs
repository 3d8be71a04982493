//! Counts the instructions of a few writers under valgrind, by gungraun: see [`record_benches::instructions`].

fn main() {
    // The runner starts this program again, under valgrind and with an empty environment: then all is there.
    let is_counted = std::env::args().nth(1).is_some_and(|argument| argument == "--gungraun-run");
    match record_benches::instructions::missing() {
        Some(message) if !is_counted => eprintln!("{message}"),
        _ => counted::run(),
    }
}

mod counted {
    use std::hint::black_box;

    use gungraun::{library_benchmark, library_benchmark_group};
    use record_benches::corpus;
    use record_benches::corpus::api_response::ApiResponse;
    use record_benches::corpus::article::Article;
    use record_benches::corpus::list::Row;
    use record_benches::corpus::log_record::LogRecord;
    use record_benches::corpus::message::Message;
    use record_benches::instructions::Work;

    #[library_benchmark]
    #[bench::write_json(Work::new(corpus::message::corpus()))]
    fn message(work: Work<Message>) -> Work<Message> {
        black_box(work.write())
    }

    #[library_benchmark]
    #[bench::write_json(Work::new(corpus::log_record::corpus()))]
    fn log_record(work: Work<LogRecord>) -> Work<LogRecord> {
        black_box(work.write())
    }

    #[library_benchmark]
    #[bench::write_json(Work::new(corpus::log_record::corpus()))]
    fn log_record_portable(work: Work<LogRecord>) -> Work<LogRecord> {
        black_box(work.write_portably())
    }

    #[library_benchmark]
    #[bench::write_json(Work::new(corpus::api_response::corpus()))]
    fn api_response(work: Work<ApiResponse>) -> Work<ApiResponse> {
        black_box(work.write())
    }

    #[library_benchmark]
    #[bench::write_json(Work::new(corpus::article::corpus()))]
    fn article(work: Work<Article>) -> Work<Article> {
        black_box(work.write())
    }

    #[library_benchmark]
    #[bench::write_json(Work::new(corpus::list::corpus()))]
    fn list(work: Work<Vec<Row>>) -> Work<Vec<Row>> {
        black_box(work.write())
    }

    library_benchmark_group!(
        name = writers,
        benchmarks = [message, log_record, log_record_portable, api_response, article, list]
    );
    gungraun::main!(library_benchmark_groups = writers);

    pub(super) fn run() {
        main();
    }
}
