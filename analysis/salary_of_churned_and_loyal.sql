-- Do clients who left and clients who stayed differ in estimated salary?
{{ groups_compared('estimated_salary', 'is_churned', 'is_churned is not null', 'H05') }}
