import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0004_uploads'),
        ('screening', '0002_facts_are_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
                ('name', models.CharField(max_length=100)),
                ('weights', models.JSONField(help_text='User id → weight; each reads in proportion to it.')),
                ('readers', models.PositiveSmallIntegerField(help_text='How many of them read each record.')),
                ('seed', models.PositiveBigIntegerField()),
                ('size', models.PositiveIntegerField(help_text='How many records.')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name_plural': 'batches',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='BatchEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('text', models.TextField()),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agrees', models.BooleanField()),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('tone', models.CharField(choices=[('plain', 'Grey'), ('accent', 'Accent'), ('include', 'Green'), ('maybe', 'Amber'), ('exclude', 'Red'), ('conflict', 'Violet')], default='plain', max_length=10)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Labelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('on', models.BooleanField()),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('present', models.JSONField(default=list, help_text='Ids of the people who were there.')),
                ('minutes', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
                ('number', models.PositiveIntegerField(help_text='1 for the first round of its stage.')),
                ('seed', models.PositiveBigIntegerField()),
                ('size', models.PositiveIntegerField(help_text='How many were drawn.')),
                ('drawn_from', models.PositiveIntegerField(help_text='How many there were to draw from.')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PilotEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('reached', 'Agreement reached: the stage is open'), ('unlocked', 'Opened by a lead'), ('repeated', 'Another round follows'), ('abandoned', 'Given up: its records are decided like all others')], max_length=10)),
                ('agreement', models.FloatField(help_text="By the policy's measure; none if it is not defined.", null=True)),
                ('explanation', models.TextField(blank=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PilotRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('verdict', models.CharField(choices=[('include', 'Include'), ('exclude', 'Exclude'), ('maybe', 'Maybe'), ('withdrawn', 'Taken back')], max_length=10)),
                ('explanation', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RankedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('score', models.FloatField(null=True)),
            ],
            options={
                'ordering': ['ranking', 'place'],
            },
        ),
        migrations.CreateModel(
            name='Ranking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(help_text='Name and version.', max_length=100)),
                ('parameters', models.JSONField(default=dict)),
                ('data_hash', models.CharField(help_text='Of the texts and labels it was computed from.', max_length=64)),
                ('labels', models.PositiveIntegerField(default=0, help_text='How many decided records it learned from.')),
                ('seconds', models.FloatField(default=0)),
                ('ready', models.BooleanField(default=False, help_text='All its rows are written.')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveIndex(
            model_name='candidate',
            name='candidate_by_stage_and_status',
        ),
        migrations.AddField(
            model_name='candidate',
            name='in_pilot',
            field=models.BooleanField(default=False, help_text='Drawn for a pilot round.'),
        ),
        migrations.AddField(
            model_name='candidate',
            name='lacking',
            field=models.PositiveSmallIntegerField(default=0, help_text='How many people may vote at the same moment with no vote superfluous; 0 if not open.'),
        ),
        migrations.AddField(
            model_name='candidate',
            name='position',
            field=models.BigIntegerField(default=0, help_text="Its place in the policy's order; then by record."),
        ),
        migrations.AddField(
            model_name='policy',
            name='bulk',
            field=models.BooleanField(default=False, help_text='Several records may be voted on at once from the list.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='check_share',
            field=models.PositiveSmallIntegerField(default=100, help_text='Which percentage of exclusions a second person checks, where one vote decides.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='mode',
            field=models.CharField(choices=[('independent', 'Independent votes'), ('verified', 'One vote, exclusions checked by a second person'), ('safety', 'Safety first: one include is enough, an exclusion needs more'), ('reassessed', 'Two votes, and a second pair that re-assesses')], default='independent', max_length=12),
        ),
        migrations.AddField(
            model_name='policy',
            name='order',
            field=models.CharField(choices=[('added', 'As they were added'), ('relevance', 'Likely includes first'), ('newest', 'Newest first'), ('oldest', 'Oldest first'), ('title', 'By title'), ('random', 'At random')], default='added', max_length=10),
        ),
        migrations.AddField(
            model_name='policy',
            name='pilot_measure',
            field=models.CharField(choices=[('percent', 'Percent agreement'), ('kappa', "Cohen's kappa, mean of all pairs")], default='percent', max_length=10),
        ),
        migrations.AddField(
            model_name='policy',
            name='pilot_size',
            field=models.PositiveIntegerField(default=0, help_text='0: there is no pilot round.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='pilot_threshold',
            field=models.FloatField(default=0.8, help_text='The agreement that opens the stage, at most 1.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='pilot_votes',
            field=models.PositiveSmallIntegerField(default=2, help_text='How many read each pilot record.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='random_share',
            field=models.PositiveSmallIntegerField(default=0, help_text='Which percentage of what is read comes at random, mixed into the order.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='readers',
            field=models.JSONField(blank=True, default=list, help_text='Ids of those who read this stage; empty means all who may.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='second_pair',
            field=models.JSONField(blank=True, default=list, help_text='Ids of those who re-assess; empty means anybody who has not voted.'),
        ),
        migrations.AddField(
            model_name='policy',
            name='seed',
            field=models.PositiveBigIntegerField(default=0, help_text='Every draw by lot follows from it.'),
        ),
        migrations.AddField(
            model_name='standing',
            name='review',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='standing',
            name='stage',
            field=models.CharField(choices=[('title-abstract', 'Title and abstract'), ('full-text', 'Full text')], default='', max_length=20),
        ),
        migrations.AddField(
            model_name='standing',
            name='status',
            field=models.CharField(choices=[('open', 'To be screened'), ('conflict', 'In conflict'), ('included', 'Included'), ('excluded', 'Excluded')], default='', max_length=10),
        ),
        migrations.AlterField(
            model_name='resolution',
            name='kind',
            field=models.CharField(choices=[('consensus', 'Consensus of the reviewers'), ('arbitration', 'Arbitration'), ('meeting', 'Group meeting')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='candidate',
            index=models.Index(fields=['review', 'stage', 'status', 'position', 'record'], name='candidate_by_stage_and_place'),
        ),
        migrations.AddIndex(
            model_name='candidate',
            index=models.Index(fields=['review', 'stage', 'in_pilot', 'status'], name='candidate_by_pilot'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['review', 'stage', 'reviewer', 'status'], name='standing_by_reviewer'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['review', 'stage', 'reviewer', 'vote'], name='standing_by_newest_vote'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('mode', 'independent'), models.Q(('mode', 'verified'), ('votes_needed', 1)), models.Q(('mode', 'safety'), ('votes_needed__gte', 2)), models.Q(('mode', 'reassessed'), ('votes_needed', 2)), _connector='OR'), name='policy_mode_goes_with_its_votes'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('check_share__gte', 1), ('check_share__lte', 100), ('random_share__lte', 100)), name='policy_shares_are_percentages'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('pilot_threshold__gte', 0), ('pilot_threshold__lte', 1), ('pilot_votes__gte', 2), ('pilot_votes__lte', 20)), name='policy_pilot_compares_people'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reviews.record'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='screening.report'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='batch',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='batch',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='screening.batch'),
        ),
        migrations.AddField(
            model_name='batchend',
            name='batch',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='screening.batch'),
        ),
        migrations.AddField(
            model_name='batchend',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.record'),
        ),
        migrations.AddField(
            model_name='comment',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='screening.report'),
        ),
        migrations.AddField(
            model_name='comment',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='consent',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='label',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='label',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='labelling',
            name='label',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labellings', to='screening.label'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.record'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='screening.report'),
        ),
        migrations.AddField(
            model_name='labelling',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='lease',
            name='candidate',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='leases', to='screening.candidate'),
        ),
        migrations.AddField(
            model_name='lease',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='meeting',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='meeting',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='resolution',
            name='meeting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='screening.meeting'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pilot',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pilots', to='screening.policy'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pilots', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='pilotend',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pilotend',
            name='pilot',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='screening.pilot'),
        ),
        migrations.AddField(
            model_name='pilotrecord',
            name='pilot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='screening.pilot'),
        ),
        migrations.AddField(
            model_name='pilotrecord',
            name='record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.record'),
        ),
        migrations.AddField(
            model_name='pilotrecord',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='screening.report'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposal',
            name='reason',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.exclusionreason'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='record',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.record'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='screening.report'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='resolution',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='screening.resolution'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='consent',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='screening.proposal'),
        ),
        migrations.AddField(
            model_name='resolution',
            name='proposal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='screening.proposal'),
        ),
        migrations.AddField(
            model_name='rankedrecord',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ranked', to='reviews.record'),
        ),
        migrations.AddField(
            model_name='ranking',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rankings', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='rankedrecord',
            name='ranking',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='screening.ranking'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='batch_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['record', 'reviewer'], name='assignment_by_record'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['report', 'reviewer'], name='assignment_by_report'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record__isnull', False), ('report__isnull', True), ('stage', 'title-abstract')), models.Q(('record__isnull', True), ('report__isnull', False), ('stage', 'full-text')), _connector='OR'), name='assignment_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record__isnull', False), ('report__isnull', True), ('stage', 'title-abstract')), models.Q(('record__isnull', True), ('report__isnull', False), ('stage', 'full-text')), _connector='OR'), name='comment_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='comment_says_something'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='label_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.CheckConstraint(condition=models.Q(('tone__in', ['plain', 'accent', 'include', 'maybe', 'exclude', 'conflict'])), name='label_tone_is_known'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.UniqueConstraint(models.F('review'), models.F('name'), name='labels_of_a_review_differ'),
        ),
        migrations.AddIndex(
            model_name='labelling',
            index=models.Index(fields=['record', 'label', 'by'], name='labelling_by_record'),
        ),
        migrations.AddIndex(
            model_name='labelling',
            index=models.Index(fields=['report', 'label', 'by'], name='labelling_by_report'),
        ),
        migrations.AddConstraint(
            model_name='labelling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record__isnull', False), ('report__isnull', True), ('stage', 'title-abstract')), models.Q(('record__isnull', True), ('report__isnull', False), ('stage', 'full-text')), _connector='OR'), name='labelling_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.UniqueConstraint(models.F('candidate'), models.F('reviewer'), name='one_lease_per_candidate_and_reviewer'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('minutes', ''), _negated=True), name='meeting_has_minutes'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.UniqueConstraint(models.F('review'), models.F('stage'), models.F('number'), name='pilot_rounds_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='pilotend',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['reached', 'unlocked', 'repeated', 'abandoned'])), name='pilot_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='pilotend',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', 'reached'), models.Q(('explanation', ''), _negated=True), _connector='OR'), name='pilot_end_by_a_person_says_why'),
        ),
        migrations.AddConstraint(
            model_name='pilotrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record__isnull', False), ('report__isnull', True), ('stage', 'title-abstract')), models.Q(('record__isnull', True), ('report__isnull', False), ('stage', 'full-text')), _connector='OR'), name='pilot_record_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record__isnull', False), ('report__isnull', True), ('stage', 'title-abstract')), models.Q(('record__isnull', True), ('report__isnull', False), ('stage', 'full-text')), _connector='OR'), name='proposal_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict__in', ['include', 'exclude']), models.Q(('explanation', ''), _negated=True)), models.Q(('reason', None), ('verdict', 'withdrawn')), _connector='OR'), name='proposal_is_a_decision_with_its_grounds_or_taken_back'),
        ),
        migrations.AddIndex(
            model_name='ranking',
            index=models.Index(fields=['review', 'ready'], name='ranking_by_review'),
        ),
        migrations.AddConstraint(
            model_name='rankedrecord',
            constraint=models.UniqueConstraint(models.F('ranking'), models.F('place'), name='one_record_per_place_of_a_ranking'),
        ),
        migrations.AddConstraint(
            model_name='rankedrecord',
            constraint=models.UniqueConstraint(models.F('record'), models.F('ranking'), name='one_place_per_record_of_a_ranking'),
        ),
    ]
