-- Do clients who left and clients who stayed differ in age?
{{ groups_compared('age', 'is_churned', 'is_churned is not null', 'H06') }}
